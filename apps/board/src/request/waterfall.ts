/** The path of one request through the shop, from the log lines with its trace id. */

/** A line of a program's log, with the program that wrote it: `product`, `product-ambassador`. */
export interface LogLine {
  readonly program: string;
  readonly text: string;
}

/** What one program did. Times in milliseconds since the request was sent. */
export interface Span {
  readonly program: string;
  readonly fromMs: number;
  /** The same as `fromMs` where the line has no duration. */
  readonly toMs: number;
  readonly status?: number;
  readonly path?: string;
  /** Why the program has no result of another one: `circuit-open`, `unreachable`. */
  readonly reason?: string;
  readonly message: string;
  /** Only for an ambassador: its breaker's state when the request came, how it ended, and its attempts. */
  readonly breaker?: string;
  readonly outcome?: string;
  readonly attempts?: readonly Attempt[];
  /** The line itself. */
  readonly line: string;
}

/** One attempt of an ambassador to get a response from the other service. Times as in its span. */
export interface Attempt {
  readonly fromMs: number;
  readonly toMs: number;
  readonly status?: number;
  readonly reason?: string;
  /** Node's error code. */
  readonly cause?: string;
}

export interface Waterfall {
  readonly traceId: string;
  readonly path: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly durationMs: number;
  /** 0: no response. */
  readonly status: number;
  readonly outcome: 'live' | 'fallback' | 'failed';
  /** The fallback's reason: `unreachable`. */
  readonly fallbackReason?: string;
  readonly spans: readonly Span[];
}

interface Fields {
  readonly time?: unknown;
  readonly traceId?: unknown;
  readonly durationMs?: unknown;
  readonly status?: unknown;
  readonly path?: unknown;
  readonly reason?: unknown;
  readonly msg?: unknown;
  readonly breaker?: unknown;
  readonly outcome?: unknown;
  readonly attempts?: unknown;
}

/**
 * The spans of the lines, in the order in which they began. Lines that are not a record of this trace are left out. So
 * are an ambassador's lines that its record of the exchange replaces.
 * @param sentAt when the request was sent; milliseconds since 1970.
 */
export function spansOf(lines: readonly LogLine[], traceId: string, sentAt: number): Span[] {
  const spans = lines.flatMap((line) => spanOf(line, traceId, sentAt) ?? []);
  const accounted = new Set(spans.flatMap(({ program, attempts }) => (attempts ? [program] : [])));
  return spans
    .filter(({ program, attempts }) => attempts !== undefined || !accounted.has(program))
    .sort((a, b) => a.fromMs - b.fromMs || b.toMs - a.toMs);
}

function spanOf({ program, text }: LogLine, traceId: string, sentAt: number): Span | undefined {
  const fields = parsed(text);
  if (fields?.traceId !== traceId || typeof fields.time !== 'string') return undefined;
  const toMs = Date.parse(fields.time) - sentAt;
  if (Number.isNaN(toMs)) return undefined;
  const { durationMs, status, path, reason, msg, breaker, outcome, attempts } = fields;
  const fromMs = toMs - (typeof durationMs === 'number' ? durationMs : 0);
  return {
    program,
    fromMs: rounded(fromMs),
    toMs: rounded(toMs),
    ...(typeof status === 'number' ? { status } : {}),
    ...(typeof path === 'string' ? { path } : {}),
    ...(typeof reason === 'string' ? { reason } : {}),
    message: typeof msg === 'string' ? msg : '',
    ...(typeof breaker === 'string' ? { breaker } : {}),
    ...(typeof outcome === 'string' ? { outcome } : {}),
    ...(Array.isArray(attempts) ? { attempts: attempts.flatMap((one) => attemptOf(one, fromMs) ?? []) } : {}),
    line: text,
  };
}

function attemptOf(value: unknown, beganMs: number): Attempt | undefined {
  const { fromMs, toMs, status, reason, cause } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof fromMs !== 'number' || typeof toMs !== 'number') return undefined;
  return {
    fromMs: rounded(beganMs + fromMs),
    toMs: rounded(beganMs + toMs),
    ...(typeof status === 'number' ? { status } : {}),
    ...(typeof reason === 'string' ? { reason } : {}),
    ...(typeof cause === 'string' ? { cause } : {}),
  };
}

function parsed(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

const rounded = (ms: number): number => Math.round(ms * 10) / 10;
