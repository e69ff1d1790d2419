import type { IncomingMessage } from 'node:http';
import { FeedError } from '../formats/feed-error.ts';

// Not imported: an `import` of node:http reads all of its exports, and one of them loads undici, 6 MiB for nothing.
const { get: getHttp } = process.getBuiltinModule('node:http');
const { get: getHttps } = process.getBuiltinModule('node:https');

export interface SourceOptions {
  /** For the beginning of the response, and for each next piece of it. The clock stops while no piece is requested. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Whether the feed itself shows where it ends. */
  readonly endMarked: boolean;
}

/**
 * Requests a supplier's feed. Pieces are read on demand, so that a slow reader slows the supplier down.
 * @throws {FeedError} also while iterating: `unreachable`, `timeout`, `bad-answer`, and `cut` when less comes than was
 * announced.
 */
export async function openSource(url: string, options: SourceOptions): Promise<AsyncIterable<Buffer>> {
  const response = await responseOf(url, options);
  const { statusCode, headers } = response;
  const refuse = (detail: string): never => {
    response.destroy();
    throw new FeedError('bad-answer', detail);
  };
  if (statusCode !== 200) refuse(`the supplier answers ${statusCode} instead of its feed`);
  if ((headers['content-encoding'] ?? 'identity') !== 'identity')
    refuse(`the supplier sends its feed as ${headers['content-encoding']}, which was not requested`);
  const framed = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
  if (!framed && !options.endMarked)
    refuse('neither the feed nor HTTP says where it ends: a cut would not be visible');
  return bodyOf(response, options.timeoutMs);
}

function responseOf(url: string, { timeoutMs, signal }: SourceOptions): Promise<IncomingMessage> {
  const get = url.startsWith('https:') ? getHttps : getHttp;
  return new Promise((resolve, reject) => {
    // Old servers seldom keep connections properly: each feed has its own.
    const request = get(url, { agent: false, signal, headers: { 'accept-encoding': 'identity' } });
    const timer = setTimeout(() => {
      reject(new FeedError('timeout', `the supplier did not answer within ${timeoutMs} ms`));
      request.destroy();
    }, timeoutMs);
    request.once('response', (response) => {
      clearTimeout(timer);
      // Errors come out of its iterator; one without a listener would end the process.
      response.on('error', () => {});
      resolve(response);
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      reject(signal.aborted ? error : noResponse(error));
    });
  });
}

function noResponse(error: NodeJS.ErrnoException): FeedError {
  if (error.code?.startsWith('HPE_'))
    return new FeedError('bad-answer', 'the supplier does not answer in HTTP', { cause: error });
  return new FeedError('unreachable', `the supplier cannot be reached (${error.code ?? error.message})`, {
    cause: error,
  });
}

async function* bodyOf(response: IncomingMessage, timeoutMs: number): AsyncGenerator<Buffer> {
  const iterator = (response as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  let received = 0;
  let late = false;
  try {
    for (;;) {
      const timer = setTimeout(() => {
        late = true;
        response.destroy();
      }, timeoutMs);
      const next = await iterator.next().finally(() => clearTimeout(timer));
      if (next.done === true) {
        if (!late) return;
        throw new Error('reading the feed was stopped');
      }
      received += next.value.length;
      yield next.value;
    }
  } catch (error) {
    if (late)
      throw new FeedError(
        'timeout',
        `the supplier sent nothing for ${timeoutMs} ms, after ${received} bytes`,
      );
    if ((error as Error).name === 'AbortError') throw error;
    const announced = response.headers['content-length'];
    const of = announced === undefined ? '' : ` of ${announced}`;
    throw new FeedError('cut', `the connection ended after ${received}${of} bytes`, { cause: error });
  } finally {
    response.destroy();
  }
}
