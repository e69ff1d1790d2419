/** A problem as an HTTP response: the one place that makes its header fields and its body. */
import type { ServerResponse } from 'node:http';
import { HttpProblem } from './problem.ts';

// An `import` of node:http loads all of its exports, among them WebSocket: 9 MiB for nothing.
const { STATUS_CODES } = process.getBuiltinModule('node:http');

export interface ProblemResponse {
  readonly status: number;
  /** Names in lower case; without Content-Length. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body: string;
}

/** @param requestId names this occurrence in the body, for the operator who searches the log. */
export const problemResponse = (problem: HttpProblem, requestId?: string): ProblemResponse => ({
  status: problem.status,
  headers: { 'content-type': HttpProblem.contentType, 'cache-control': 'no-store', ...problem.headers },
  body: JSON.stringify(problem.toDetails(requestId)),
});

/** Sends a problem as the whole response of a plain Node server; nothing of the response may have been sent before. */
export function sendProblem(response: ServerResponse, problem: HttpProblem, requestId?: string): void {
  const { status, headers, body } = problemResponse(problem, requestId);
  response.writeHead(status, headers).end(`${body}\n`);
}

/**
 * A problem as the bytes of an HTTP/1.1 response, for a socket without a request: the bytes on it are not HTTP, or too
 * large or too slow. The response announces that the connection is closed after it.
 * @param headers further header fields, names in lower case.
 */
export function problemMessage(
  problem: HttpProblem,
  headers: Readonly<Record<string, string>> = {},
  requestId?: string,
): string {
  const body = JSON.stringify(problem.toDetails(requestId));
  const fields = {
    ...problem.headers,
    'content-type': HttpProblem.contentType,
    'content-length': String(Buffer.byteLength(body)),
    date: new Date().toUTCString(),
    ...headers,
    connection: 'close',
  };
  const head = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\n${head.join('')}\r\n${body}`;
}
