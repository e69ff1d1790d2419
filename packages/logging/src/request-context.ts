import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** W3C Trace Context, level 1: https://www.w3.org/TR/trace-context-1/ */
export interface TraceContext {
  /** 32 hex digits, the same for every hop of one request. */
  readonly traceId: string;
  /** 16 hex digits, this hop's own. */
  readonly spanId: string;
  /** Two hex digits; 01: sampled. */
  readonly flags: string;
}

/** What identifies the request that is handled, in every log line and in every request made on its behalf. */
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

const traceparent = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/**
 * The context that a caller sent; undefined where it is absent or malformed, as it must then be ignored (section
 * 3.2.2).
 */
export function parseTraceparent(header: string | undefined): TraceContext | undefined {
  const match = header === undefined ? undefined : traceparent.exec(header);
  if (!match) return undefined;
  const [, version, traceId, spanId, flags, rest] = match as unknown as [
    string,
    string,
    string,
    string,
    string,
    string?,
  ];
  if (version === 'ff' || (version === '00' && rest !== undefined)) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, spanId, flags };
}

const formatTraceparent = ({ traceId, spanId, flags }: TraceContext): string =>
  `00-${traceId}-${spanId}-${flags}`;

/** Random hexadecimal digits from a stock: the system's generator is called once for about eighty requests. */
class RandomDigits {
  #stock = '';
  #next = 0;

  take(count: number): string {
    if (this.#next + count > this.#stock.length) {
      this.#stock = randomBytes(2048).toString('hex');
      this.#next = 0;
    }
    this.#next += count;
    return this.#stock.slice(this.#next - count, this.#next);
  }
}
const digits = new RandomDigits();

const randomSpanId = (): string => digits.take(16);
const randomTraceId = (): string => digits.take(32);
