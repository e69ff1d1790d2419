import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import {
  formatTraceparent,
  parseTraceparent,
  randomSpanId,
  randomTraceId,
  type TraceContext,
} from './trace-context.ts';

/** What identifies the request being served, in every log line and every call made on its behalf. */
export interface RequestContext {
  readonly requestId: string;
  readonly trace: TraceContext;
  /** Vendors' part of the trace context, passed on as it came. */
  readonly tracestate?: string;
}

const storage = new AsyncLocalStorage<RequestContext>();

/** A request id is an opaque token; anything else (a line break, a kilobyte) is replaced rather than logged. */
const validRequestId = /^[\w.:+/=-]{1,128}$/;
const single = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value[0] : value;

/** Continues the caller's trace and request id, or starts them; the span id is always this hop's own. */
export function contextFromHeaders(headers: IncomingHttpHeaders): RequestContext {
  const requestId = single(headers['x-request-id']);
  const parent = parseTraceparent(single(headers['traceparent']));
  const tracestate = parent && single(headers['tracestate']);
  return {
    requestId: requestId !== undefined && validRequestId.test(requestId) ? requestId : randomUUID(),
    trace: {
      traceId: parent?.traceId ?? randomTraceId(),
      spanId: randomSpanId(),
      flags: parent?.flags ?? '01',
    },
    ...(tracestate === undefined ? {} : { tracestate }),
  };
}

/** The header fields that carry a context to the next hop. */
export function headersFor(context: RequestContext): Record<string, string> {
  return {
    'x-request-id': context.requestId,
    traceparent: formatTraceparent(context.trace),
    ...(context.tracestate === undefined ? {} : { tracestate: context.tracestate }),
  };
}

/** Runs `work`, and everything it starts, in this context. */
export const runInContext = <T>(context: RequestContext, work: () => T): T => storage.run(context, work);

export const currentContext = (): RequestContext | undefined => storage.getStore();
