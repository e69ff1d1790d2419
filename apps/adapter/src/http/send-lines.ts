import type { ServerResponse } from 'node:http';
import type { FeedLine } from '../mapping/lines.ts';

/**
 * Sends lines as NDJSON; the header section goes out with the first ones. Resolves when the client is ready for more.
 * @throws an AbortError when `signal` reports that the client has left.
 */
export async function sendLines(
  response: ServerResponse,
  lines: readonly FeedLine[],
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  if (!response.headersSent) sendHeaders(response);
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  // Not the event 'drain': on Node 26.12.1 it may never come after a chunk of text beyond ASCII, as the response counts
  // bytes and its socket counts characters.
  await new Promise<void>((resolve, reject) => {
    const leave = (): void => reject(signal.reason as Error);
    const goOn = (): void => {
      signal.removeEventListener('abort', leave);
      resolve();
    };
    signal.addEventListener('abort', leave, { once: true });
    if (response.write(text, goOn)) goOn();
  });
}

export function sendHeaders(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
}
