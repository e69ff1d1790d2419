/** Why a call brought no answer of the upstream's that a client could use; also the value of `x-fallback-reason`. */
export type FailureReason = 'circuit-open' | 'timeout' | 'unreachable' | 'overloaded' | 'upstream-error';

/** How an exchange ended, as a label of metrics. */
export type Outcome =
  | FailureReason
  /** The upstream's own answer, complete. */
  | 'answered'
  /** The static answer of the route. */
  | 'fallback'
  /** A protocol other than HTTP was agreed on. */
  | 'upgraded'
  /** Answered by the ambassador itself: no route, or not a request that may be passed on. */
  | 'refused'
  /** The client left. */
  | 'aborted'
  /** The upstream broke off in mid-body, and so the answer to the client was cut. */
  | 'cut';
