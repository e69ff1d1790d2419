import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import { preconditionsOf } from './preconditions.ts';
import { Representation } from './representation.ts';

/** Sends a handler's {@link Representation}; a GET with preconditions may be answered with 304 or 412 and without it. */
@Injectable()
export class RepresentationInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(
      map((result) => {
        if (!(result instanceof Representation)) return result;
        const safe = request.method === 'GET' || request.method === 'HEAD';
        const etag = result.headers['etag'];
        const known = safe && etag !== undefined && preconditionsOf(request.headers).isNotModified(etag);
        reply.code(known ? 304 : result.status).headers(result.headers);
        return known ? undefined : result.body;
      }),
    );
  }
}
