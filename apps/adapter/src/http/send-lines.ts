import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { FeedLine } from '../feed/lines.ts';

/**
 * Sends lines as NDJSON; the first ones bring the header section with them. Resolves when the client is ready for more.
 * @throws an AbortError when `signal` says that the client has left.
 */
export async function sendLines(
  response: ServerResponse,
  lines: readonly FeedLine[],
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  if (!response.headersSent) sendHeaders(response);
  if (response.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))) return;
  await once(response, 'drain', { signal });
}

export function sendHeaders(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
}
