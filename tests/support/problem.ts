import { expect } from '@jest/globals';
import type { ProblemKind } from '@shop/http-errors';

/** A place in a body (JSON pointer) or in a URL, and what is wrong there. */
export interface ProblemPlace {
  readonly pointer?: string;
  readonly parameter?: string;
  readonly detail: string;
}

interface Answer {
  readonly status: number;
  /** Media type without parameters. */
  readonly type: string;
  readonly body: unknown;
}

/**
 * Reads an error.
 * @throws when the response does not have all parts of RFC 9457: media type, type, title, detail, and the status again.
 */
export function problemOf(answer: Answer): {
  readonly status: number;
  readonly kind: ProblemKind;
  readonly errors: readonly ProblemPlace[];
} {
  const { status, type, body } = answer;
  expect({ type, body }).toEqual({
    type: 'application/problem+json',
    body: expect.objectContaining({
      type: expect.stringMatching(/^urn:shop:problem:[a-z-]+$/),
      status,
      title: expect.stringMatching(/\S/),
      detail: expect.stringMatching(/\S/),
    }),
  });
  const problem = body as { type: string; errors?: ProblemPlace[] };
  const kind = problem.type.replace('urn:shop:problem:', '') as ProblemKind;
  return { status, kind, errors: problem.errors ?? [] };
}
