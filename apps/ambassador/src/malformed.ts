import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { HttpProblem } from '@shop/http-errors';
import { closeInStages } from './respond/linger.ts';

/** What is wrong with bytes that Node's server could not read as a request. */
export function malformedProblem({ code }: NodeJS.ErrnoException): HttpProblem {
  const headers = { connection: 'close' };
  if (code === 'HPE_HEADER_OVERFLOW')
    return new HttpProblem('headers-too-large', 'The request line and header fields are too large.', {
      headers,
    });
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new HttpProblem('request-timeout', 'The header section did not arrive in time.', { headers });
  return new HttpProblem('malformed-request', 'This is not a valid HTTP/1.1 request.', { headers });
}

/** Answers where there is no request and so no response object, and ends the connection. */
export function answerOnSocket(socket: Socket, problem: HttpProblem, requestId: string): void {
  const body = JSON.stringify(problem.toDetails(requestId));
  const fields = {
    ...problem.headers,
    'content-type': HttpProblem.contentType,
    'content-length': Buffer.byteLength(body),
    date: new Date().toUTCString(),
    'x-request-id': requestId,
  };
  const head = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\n${head.join('')}\r\n${body}`);
  closeInStages(socket);
}
