import type { z } from 'zod';

/**
 * Everything that is wrong with a configuration, one line for each problem. Values are never quoted: one may be a
 * secret.
 */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly source: string;
  readonly problems: readonly string[];

  constructor(source: string, problems: readonly string[], options?: ErrorOptions) {
    super(`${source}:\n${problems.map((line) => `  - ${line}`).join('\n')}`, options);
    this.source = source;
    this.problems = problems;
  }
}

/** One line for each issue. `nameOf` turns a path in the schema into the name that the operator knows. */
export function describeIssues(
  issues: readonly z.core.$ZodIssue[],
  nameOf: (path: string) => string,
): string[] {
  return issues.map((issue) => `${nameOf(issue.path.join('.'))}: ${issue.message}`);
}
