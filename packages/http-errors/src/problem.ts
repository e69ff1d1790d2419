import { catalogue, type ProblemKind } from './catalogue.ts';

/** One thing that is wrong with a body (`pointer`, RFC 6901) or with the URL (`parameter`). */
export interface ValidationProblem {
  readonly pointer?: string;
  readonly parameter?: string;
  readonly detail: string;
}

/** The body of an error response, as `application/problem+json` (RFC 9457). */
export interface ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly instance?: string;
  readonly errors?: readonly ValidationProblem[];
}

export interface ProblemOptions extends ErrorOptions {
  /** Every problem, not only the first. */
  readonly errors?: readonly ValidationProblem[];
  /** Header fields that the status needs, such as `allow` with 405 and `retry-after` with 503; names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error that a client may see. `detail` is a sentence for people: what is wrong, where, and what to do. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  static readonly contentType = 'application/problem+json';
  readonly kind: ProblemKind;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly errors: readonly ValidationProblem[];

  constructor(kind: ProblemKind, detail: string, options: ProblemOptions = {}) {
    super(detail, options);
    this.kind = kind;
    this.status = catalogue[kind].status;
    this.headers = options.headers ?? {};
    this.errors = options.errors ?? [];
  }

  /** @param requestId names this occurrence: `instance` is `urn:shop:request:<request id>`. */
  toDetails(requestId?: string): ProblemDetails {
    return {
      type: `urn:shop:problem:${this.kind}`,
      title: catalogue[this.kind].title,
      status: this.status,
      detail: this.message,
      ...(requestId === undefined ? {} : { instance: `urn:shop:request:${requestId}` }),
      ...(this.errors.length === 0 ? {} : { errors: this.errors }),
    };
  }
}
