import type { ValidationProblem } from '@shop/http-errors';
import type { z } from 'zod';

/**
 * Fields that a client may read but not write. A client that sends the body of a GET with PUT learns which to leave
 * out.
 */
const readOnly: ReadonlySet<string> = new Set(['id', 'version', 'createdAt', 'updatedAt', 'seller']);

/** A longer list would not help, and its keys are the client's own text. */
const maxProblems = 50;

/**
 * One problem for each thing that is wrong, each place and sentence once.
 * @param place `pointer`: a JSON pointer (RFC 6901) into the body; `parameter`: the name in the URL.
 * @param name of the parameter where the value is one parameter alone.
 */
export function problemsOf(
  error: z.ZodError,
  value: unknown,
  place: 'pointer' | 'parameter',
  name = '',
): ValidationProblem[] {
  const problems = new Map<string, ValidationProblem>();
  const add = (path: readonly PropertyKey[], detail: string): void => {
    const problem = { [place]: place === 'pointer' ? pointerOf(path) : path.join('.') || name, detail };
    problems.set(JSON.stringify(problem), problem);
  };
  for (const issue of error.issues) {
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) add([...issue.path, key.slice(0, 100)], unknownKey(key));
    } else add(issue.path, isMissing(value, issue.path) ? 'is required' : sentenceOf(issue));
  }
  return [...problems.values()].slice(0, maxProblems);
}

const unknownKey = (key: string): string =>
  readOnly.has(key) ? 'is a read-only field: leave it out' : 'is an unknown field';

const sentenceOf = (issue: z.core.$ZodIssue): string =>
  issue.code === 'invalid_type' && issue.message.startsWith('Invalid input')
    ? `must be ${issue.expected === 'object' ? 'an object' : `a ${issue.expected}`}`
    : issue.message;

function isMissing(value: unknown, path: readonly PropertyKey[]): boolean {
  let current = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null) return false;
    current = Object.hasOwn(current, key) ? (current as Record<PropertyKey, unknown>)[key] : undefined;
  }
  return path.length > 0 && current === undefined;
}

const pointerOf = (path: readonly PropertyKey[]): string =>
  path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
