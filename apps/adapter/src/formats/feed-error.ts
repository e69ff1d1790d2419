/** Why a feed cannot be read to its end. */
export type FeedErrorReason =
  /** No server answers at its address. */
  | 'unreachable'
  /** Its source does not send, or stopped sending. */
  | 'timeout'
  /** Its source answers with something else than the feed. */
  | 'bad-answer'
  /** It breaks off before its end. */
  | 'cut'
  /** It is not what its mapping says. */
  | 'malformed'
  /** It holds what no feed should: a DOCTYPE, a bomb, more than the limits. */
  | 'refused';

/** The whole feed is unusable from here on; a record that alone is bad is a problem, not an error. */
export class FeedError extends Error {
  override readonly name = 'FeedError';
  readonly reason: FeedErrorReason;
  /** Where in the feed, from 1, when that is known. */
  readonly line: number | undefined;
  /** In its line, in characters from 1, when that is known. */
  readonly column: number | undefined;

  constructor(
    reason: FeedErrorReason,
    detail: string,
    options: ErrorOptions & { line?: number; column?: number } = {},
  ) {
    super(detail, options);
    this.reason = reason;
    this.line = options.line;
    this.column = options.column;
  }

  /** The error as it is in the last line of a response. */
  toDetails(): FeedErrorDetails {
    const { reason, line, column, message: detail } = this;
    return {
      reason,
      ...(line === undefined ? {} : { line }),
      ...(column === undefined ? {} : { column }),
      detail,
    };
  }
}

export interface FeedErrorDetails {
  readonly reason: FeedErrorReason;
  readonly line?: number;
  readonly column?: number;
  readonly detail: string;
}

/** `line 5, column 12`; empty where nothing is known. */
export const placeOf = ({
  line,
  column,
}: {
  line?: number | undefined;
  column?: number | undefined;
}): string =>
  [line === undefined ? '' : `line ${line}`, column === undefined ? '' : `column ${column}`]
    .filter(Boolean)
    .join(', ');
