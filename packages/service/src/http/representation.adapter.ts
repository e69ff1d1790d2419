import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { preconditionsOf } from './preconditions.ts';
import { Representation } from './representation.ts';

/**
 * Nest's adapter for Fastify, which sends what handlers return, and so their {@link Representation}s, too. A GET with
 * preconditions may get a 304 or 412 instead. As an interceptor this would be twice as long, and Nest would make ten
 * objects of RxJS for each request.
 */
export class RepresentationAdapter extends FastifyAdapter {
  /** @throws {HttpProblem} 412, 400 for a malformed precondition; the exception filter makes the response. */
  override reply(response: FastifyReply, result: unknown, statusCode?: number) {
    if (!(result instanceof Representation)) return super.reply(response, result, statusCode);
    const { status, headers, body } = result;
    const { method, headers: fields } = response.request;
    const safe = method === 'GET' || method === 'HEAD';
    const etag = headers['etag'];
    const known = safe && etag !== undefined && preconditionsOf(fields).isNotModified(etag);
    response.headers(headers);
    return known ? super.reply(response, undefined, 304) : super.reply(response, body, status);
  }
}
