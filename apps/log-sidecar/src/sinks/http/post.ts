import type { Agent } from 'node:http';

// An `import` of node:http reads all of its exports, among them WebSocket, which loads undici: 9 MiB for nothing.
const http = process.getBuiltinModule('node:http');

/** `rejected`: the receiver will never take this body. `failed`: it may take it later. */
export type PostResult =
  | { readonly result: 'ok' }
  | { readonly result: 'rejected'; readonly reason: string }
  | { readonly result: 'failed'; readonly reason: string; readonly retryAfterMs?: number };

export interface PostOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** For the whole exchange, to the end of the answer's body. */
  readonly timeoutMs: number;
  readonly agent: Agent;
  readonly signal: AbortSignal;
}

/** One connection, kept from one body to the next. */
export const createAgent = (): Agent => new http.Agent({ keepAlive: true, maxSockets: 1 });

/** Sends NDJSON. Never rejects: whatever goes wrong is a result. */
export function post(
  body: Buffer,
  { url, headers, timeoutMs, agent, signal }: PostOptions,
): Promise<PostResult> {
  return new Promise((resolve) => {
    const outgoing = http.request(url, {
      method: 'POST',
      agent,
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      headers: { ...headers, 'content-type': 'application/x-ndjson', 'content-length': body.length },
    });
    const failed = (error: NodeJS.ErrnoException): void =>
      resolve({
        result: 'failed',
        reason: error.name === 'AbortError' ? 'timeout' : (error.code ?? error.message),
      });
    outgoing.on('error', failed);
    outgoing.on('response', (response) => {
      response.on('error', failed);
      response.on('end', () => resolve(judge(response.statusCode ?? 0, response.headers['retry-after'])));
      response.resume();
    });
    outgoing.end(body);
  });
}

/** Statuses as in RFC 9110, 429 as in RFC 6585. */
function judge(status: number, retryAfter: string | undefined): PostResult {
  if (status >= 200 && status < 300) return { result: 'ok' };
  const reason = `status ${status}`;
  if (status !== 408 && status !== 429 && status < 500) return { result: 'rejected', reason };
  const seconds = Number(retryAfter);
  return { result: 'failed', reason, ...(seconds > 0 ? { retryAfterMs: seconds * 1000 } : {}) };
}
