import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import type { z } from 'zod';
import { ConfigError, describeIssues } from './errors.ts';

/**
 * Reads a whole configuration from a YAML (or JSON) file.
 * @throws {ConfigError} when it cannot be read, is not YAML, or does not fit; it names every problem at once.
 */
export function readConfigFile<S extends z.ZodType>(schema: S, path: string): z.output<S> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError(path, [`cannot be read (${(error as NodeJS.ErrnoException).code})`], {
      cause: error,
    });
  }
  const document = parseDocument(text);
  if (document.errors.length > 0)
    throw new ConfigError(
      path,
      document.errors.map((error) => error.message),
    );
  const result = schema.safeParse(document.toJS());
  if (result.success) return result.data;
  throw new ConfigError(
    path,
    describeIssues(result.error.issues, (name) => name || 'the file'),
  );
}
