import { ConfigError } from './errors.ts';

/**
 * For `main.ts`: the configuration, or exit code 1 with every problem on stderr, before anything has started.
 * Errors that are not about configuration pass through.
 */
export function readOrExit<T>(app: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${app} cannot start, there is something wrong in ${error.message}\n`);
    process.exit(1);
  }
}
