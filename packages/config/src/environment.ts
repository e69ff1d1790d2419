import { z } from 'zod';
import { ConfigError, describeIssues } from './errors.ts';

/** `drainDelayMs` is read from `DRAIN_DELAY_MS`. */
const variableOf = (key: string): string => key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();

/**
 * Reads a whole configuration from environment variables: the schema's key `adminPort` from `ADMIN_PORT`.
 * An empty variable counts as absent, as manifests often cannot leave one out.
 * @throws {ConfigError} that names every problem at once.
 */
export function readEnvironment<S extends z.ZodObject>(
  schema: S,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): z.output<S> {
  const raw = Object.fromEntries(
    Object.keys(schema.shape).map((key) => [key, environment[variableOf(key)] || undefined]),
  );
  const result = schema.safeParse(raw);
  if (result.success) return result.data;
  const issues = result.error.issues.map((issue) =>
    raw[issue.path.join('.')] === undefined ? { ...issue, message: 'is required and not set' } : issue,
  );
  throw new ConfigError('the environment', describeIssues(issues, variableOf));
}
