import { STATUS_CODES } from 'node:http';
import { HttpProblem } from '@shop/http-errors';
import type { Exchange } from '../exchange.ts';
import { lingerAfter } from './linger.ts';

/** A whole response of the ambassador's own. */
export interface Answer {
  readonly status: number;
  /** Names in lower case; Content-Length is added. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

/** RFC 9457; `instance` is the request's id, which is in the log too. */
export function problemAnswer(problem: HttpProblem, requestId: string): Answer {
  return {
    status: problem.status,
    headers: { 'content-type': HttpProblem.contentType, 'cache-control': 'no-store', ...problem.headers },
    body: JSON.stringify(problem.toDetails(requestId)),
  };
}

/** Sends an answer, or cuts the connection where another response has already begun. */
export function send(exchange: Exchange, answer: Answer, draining: boolean): void {
  const { request, response } = exchange;
  if (response.headersSent) return void response.destroy();
  const headers: Record<string, string | number> = {
    ...answer.headers,
    'x-request-id': exchange.context.requestId,
  };
  if (answer.status !== 204) headers['content-length'] = Buffer.byteLength(answer.body ?? '');
  // Node says so itself after an unanswered Expect and on sockets that asked to leave HTTP.
  if (draining) headers['connection'] = 'close';
  // Stated, as Node would otherwise keep a reason phrase that it has just refused.
  response.writeHead(answer.status, STATUS_CODES[answer.status] ?? '', headers);
  lingerAfter(request, response);
  response.end(request.method === 'HEAD' ? undefined : answer.body);
}
