/** One request's way through the shop, from the log lines that carry its trace id. */

/** A line of a program's log, with the program that wrote it: `product`, `product-ambassador`. */
export interface LogLine {
  readonly program: string;
  readonly text: string;
}

/** What one program did. Times in milliseconds since the request was sent. */
export interface Span {
  readonly program: string;
  readonly fromMs: number;
  /** The same as `fromMs`: the line says when something happened, not how long it took. */
  readonly toMs: number;
  readonly status?: number;
  readonly path?: string;
  /** Why it has no own result: `circuit-open`, `unreachable`. */
  readonly reason?: string;
  readonly message: string;
  /** The line itself. */
  readonly line: string;
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
  /** Of the fallback: `unreachable`. */
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
}

/**
 * The spans of the lines, in the order in which they began. Lines that are not a record of this trace are left out.
 * @param sentAt when the request was sent; milliseconds since 1970.
 */
export function spansOf(lines: readonly LogLine[], traceId: string, sentAt: number): Span[] {
  return lines
    .flatMap(({ program, text }) => {
      const fields = parsed(text);
      if (fields?.traceId !== traceId || typeof fields.time !== 'string') return [];
      const toMs = Date.parse(fields.time) - sentAt;
      if (Number.isNaN(toMs)) return [];
      const durationMs = typeof fields.durationMs === 'number' ? fields.durationMs : 0;
      return [
        {
          program,
          fromMs: rounded(toMs - durationMs),
          toMs: rounded(toMs),
          ...(typeof fields.status === 'number' ? { status: fields.status } : {}),
          ...(typeof fields.path === 'string' ? { path: fields.path } : {}),
          ...(typeof fields.reason === 'string' ? { reason: fields.reason } : {}),
          message: typeof fields.msg === 'string' ? fields.msg : '',
          line: text,
        },
      ];
    })
    .sort((a, b) => a.fromMs - b.fromMs || b.toMs - a.toMs);
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
