import { readFile } from 'node:fs/promises';
import type { Agent } from 'node:http';
import type { RequestOptions } from 'node:https';
import { join } from 'node:path';

// Not imported: an `import` of node:http reads all of its exports, and one of them loads undici, 6 MiB for nothing.
const http = process.getBuiltinModule('node:http');
const https = process.getBuiltinModule('node:https');

const TIMEOUT_MS = 5000;

/** The API server refused a request with this status. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;

  constructor(method: string, path: string, status: number) {
    super(`${method} ${path}: the API server answered ${status}`);
    this.status = status;
  }
}

/** The two requests that the controller sends, as its service account. */
export class KubernetesApi {
  readonly #url: string;
  readonly #directory: string;
  /** One connection is kept: a handshake costs more than everything else in a call. */
  #agent: Agent | undefined;
  #ca: string | undefined;

  /** @param directory holds `token` and, for https, `ca.crt`: a mounted service account. */
  constructor(url: string, directory: string) {
    this.#url = url.replace(/\/$/, '');
    this.#directory = directory;
  }

  /** @throws {ApiError}; what the connection throws. */
  get(path: string): Promise<unknown> {
    return this.#call('GET', path);
  }

  /** Replaces an object; a `resourceVersion` in it makes the server refuse (409) if it has changed since. */
  put(path: string, body: unknown): Promise<unknown> {
    return this.#call('PUT', path, JSON.stringify(body));
  }

  async #call(method: string, path: string, body?: string): Promise<unknown> {
    const secure = this.#url.startsWith('https:');
    // Read each time, because the kubelet replaces tokens before they expire.
    const token = (await readFile(join(this.#directory, 'token'), 'utf8')).trim();
    const headers = {
      accept: 'application/json',
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const agent = secure
      ? this.#secureAgent(await readFile(join(this.#directory, 'ca.crt'), 'utf8'))
      : this.#plainAgent();
    try {
      const { status, text } = await exchange(`${this.#url}${path}`, { method, headers, agent }, body);
      if (status < 200 || status > 299) throw new ApiError(method, path, status);
      return JSON.parse(text);
    } catch (error) {
      // The connection may lead to an API server that is gone: the next call makes another one.
      if (!(error instanceof ApiError)) this.close();
      throw error;
    }
  }

  close(): void {
    this.#agent?.destroy();
    this.#agent = undefined;
  }

  #plainAgent(): Agent {
    return (this.#agent ??= new http.Agent(kept));
  }

  #secureAgent(ca: string): Agent {
    if (ca !== this.#ca) this.close();
    this.#ca = ca;
    return (this.#agent ??= new https.Agent({ ...kept, ca }));
  }
}

const kept = { keepAlive: true, maxSockets: 1 };

function exchange(
  url: string,
  options: RequestOptions,
  body: string | undefined,
): Promise<{ status: number; text: string }> {
  const { request } = url.startsWith('https:') ? https : http;
  return new Promise((resolve, reject) => {
    const sent = request(url, { ...options, signal: AbortSignal.timeout(TIMEOUT_MS) }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
