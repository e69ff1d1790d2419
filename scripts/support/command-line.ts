/** What every command has: options, and errors that its user can put right. */
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { CommandError } from './run.ts';

/** Something that the user can fix; the message says what, where and how. */
export class SetUpError extends Error {
  override readonly name: string = 'SetUpError';
}

/** A command line that is not valid; the message says why, and what is. The exit code is 2. */
export class UsageError extends SetUpError {
  override readonly name = 'UsageError';
}

/** What a script prints when it fails. Any other error is a defect of the script: its stack is shown. */
export function explain(error: unknown): string {
  if (error instanceof CommandError) return `${error.output}\n\nThis command failed: ${error.summary}`;
  if (error instanceof SetUpError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** The exit code of a command that failed with this error. */
export const exitCodeOf = (error: unknown): number => (error instanceof UsageError ? 2 : 1);

/** Node's `parseArgs`. @param usage the whole text of `--help`. @throws {UsageError} that ends with it. */
export function parseOptions<T extends ParseArgsConfig>(
  config: T,
  usage: string,
): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code?.startsWith('ERR_PARSE_ARGS') !== true) throw error;
    throw new UsageError(`${message}\n\n${usage}`, { cause: error });
  }
}

/** @param option as it is typed: `--rate`. @throws {UsageError} for anything but a whole number from 1. */
export function wholeNumber(option: string, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageError(`${option} must be a whole number from 1, not "${text}".`);
}
