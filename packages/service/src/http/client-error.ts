import type { Socket } from 'node:net';
import { HttpProblem, type ProblemKind } from '@shop/http-errors';

const kinds: Readonly<Record<string, readonly [ProblemKind, string]>> = {
  HPE_HEADER_OVERFLOW: ['headers-too-large', 'The header fields have more than 16 KiB.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['request-timeout', 'The request did not arrive in time.'],
};

/** Answers bytes that are no HTTP request: there is no request to go with, only the socket. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const [kind, detail] = kinds[error.code ?? ''] ?? [
    'malformed-request',
    'This is not a well-formed HTTP request.',
  ];
  const problem = new HttpProblem(kind, detail);
  const body = JSON.stringify(problem.toDetails());
  socket.end(
    `HTTP/1.1 ${problem.status} ${problem.kind}\r\ncontent-type: ${HttpProblem.contentType}\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
