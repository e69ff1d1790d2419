/** W3C Trace Context, level 1: https://www.w3.org/TR/trace-context-1/ */
import { randomUUID } from 'node:crypto';

export interface TraceContext {
  /** 32 hex digits, the same for every hop of one request. */
  readonly traceId: string;
  /** 16 hex digits, this hop's own. */
  readonly spanId: string;
  /** Two hex digits; 01: sampled. */
  readonly flags: string;
}

const pattern = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** The context a caller sent, or nothing where it is absent or malformed (section 3.2.2: then it must be ignored). */
export function parseTraceparent(header: string | undefined): TraceContext | undefined {
  const match = header === undefined ? undefined : pattern.exec(header);
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

export const formatTraceparent = ({ traceId, spanId, flags }: TraceContext): string =>
  `00-${traceId}-${spanId}-${flags}`;

/** Of a random UUID, which Node makes from a stock: its randomBytes costs several times as much, on each request. */
export const randomSpanId = (): string => {
  const uuid = randomUUID();
  return uuid.slice(19, 23) + uuid.slice(24);
};
export const randomTraceId = (): string => {
  const uuid = randomUUID();
  return uuid.slice(0, 8) + uuid.slice(9, 13) + uuid.slice(14, 18) + uuid.slice(19, 23) + uuid.slice(24);
};
