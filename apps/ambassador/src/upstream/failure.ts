import type { FailureReason } from '../exchange.ts';

interface FailureOptions extends ErrorOptions {
  /**
   * The connection broke before the first byte of a response: a reused connection was just being closed, or no upstream
   * is there.
   */
  readonly beforeResponse?: boolean;
  /** Nothing was sent, and the upstream is not the reason. */
  readonly unsent?: boolean;
  /** Seconds for Retry-After. */
  readonly retryAfter?: number;
}

/**
 * There is no usable response of the upstream. Messages are for clients and logs: no addresses, headers or query
 * strings.
 */
export class UpstreamFailure extends Error {
  override readonly name = 'UpstreamFailure';
  readonly reason: FailureReason;
  readonly beforeResponse: boolean;
  readonly unsent: boolean;
  readonly retryAfter: number;

  constructor(reason: FailureReason, message: string, options: FailureOptions = {}) {
    super(message, options);
    this.reason = reason;
    this.beforeResponse = options.beforeResponse ?? false;
    this.unsent = options.unsent ?? false;
    this.retryAfter = options.retryAfter ?? 1;
  }
}

/** The client ended the exchange: the upstream is not to blame. */
export class ClientFailure extends Error {
  override readonly name = 'ClientFailure';
  /** The client is still there and waits, but its body does not come. */
  readonly timedOut: boolean;

  constructor(message: string, timedOut = false) {
    super(message);
    this.timedOut = timedOut;
  }
}

/** Statuses by which an upstream says that it, or what it needs, is broken. */
const failureStatuses: ReadonlySet<number> = new Set([500, 502, 503, 504]);

/** Whether a response of the upstream counts as a failure, by its status; it can be passed on all the same. */
export const statusFailure = (status: number): UpstreamFailure | undefined =>
  failureStatuses.has(status)
    ? new UpstreamFailure('upstream-error', `The upstream answered ${status}.`)
    : undefined;

/** What went wrong on the way to the upstream, by Node's error codes. */
export function connectionFailure(
  cause: NodeJS.ErrnoException,
  connected: boolean,
  anyByte: boolean,
): UpstreamFailure {
  const code = cause.code ?? cause.name;
  if (!connected)
    return new UpstreamFailure('unreachable', `No connection to the upstream (${code}).`, {
      cause,
      beforeResponse: true,
    });
  return new UpstreamFailure('upstream-error', `The upstream broke off before its response (${code}).`, {
    cause,
    // A parser's error (HPE_…) means that bytes came, even if they are not counted.
    beforeResponse: !anyByte && !code.startsWith('HPE_'),
  });
}
