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

/**
 * Node's `parseArgs`. For a `--help` that the command has not itself it prints the usage and ends the process.
 * @param usage the whole text of `--help`.
 * @throws {UsageError} that ends with it.
 */
export function parseOptions<T extends ParseArgsConfig>(
  config: T,
  usage: string,
): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code?.startsWith('ERR_PARSE_ARGS') !== true) throw error;
    if ((config.args ?? process.argv.slice(2)).includes('--help')) {
      process.stdout.write(`${usage}\n`);
      process.exit(0);
    }
    throw new UsageError(`${message}\n\n${usage}`, { cause: error });
  }
}

/** @param option as it is typed: `--rate`. @throws {UsageError} for anything but a whole number from 1. */
export function wholeNumber(option: string, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageError(`${option} must be a whole number from 1, not "${text}".`);
}

/** Numbers within bounds, the bounds included. */
interface Range {
  readonly from: number;
  readonly to: number;
  readonly fallback: number;
}

/** Texts of which any number may be chosen, with commas between them; none: all. */
interface AnyOf {
  readonly anyOf: readonly string[];
}

/**
 * By name, without dashes: a number from 1, or within bounds; a flag that is false; texts to choose one from, the first of
 * which is the default, or some; or any text.
 */
type Defaults = Readonly<Record<string, number | Range | false | string | readonly string[] | AnyOf>>;

type Values<T extends Defaults> = {
  readonly [K in keyof T]: T[K] extends number | Range
    ? number
    : T[K] extends false
      ? boolean
      : T[K] extends readonly (infer Choice)[]
        ? Choice
        : T[K] extends { readonly anyOf: readonly (infer Choice)[] }
          ? readonly Choice[]
          : string;
};

/** Files and the like that a command takes, by their order. @throws {UsageError} for an option, or for more than these. */
export function argumentsUpTo(most: number, usage: string): readonly string[] {
  const { positionals } = parseOptions({ args: process.argv.slice(2), allowPositionals: true }, usage);
  if (positionals.length > most)
    throw new UsageError(`Unexpected argument '${positionals[most]}'\n\n${usage}`);
  return positionals;
}

/**
 * The options of a command that needs no more of them than names and defaults. For `--help`, and for what is wrong, it prints
 * the usage and ends the process, by exit code 0 or 2.
 * @param command as it is typed: `npm run bench`.
 */
export function optionsOr<const T extends Defaults>(command: string, defaults: T): Values<T> {
  try {
    const read = readOptions(command, defaults, process.argv.slice(2));
    if (read !== 'help') return read;
    process.stdout.write(`${usageOf(command, defaults)}\n`);
    process.exit(0);
  } catch (error) {
    return endWith(error);
  }
}

/** Prints what {@link explain} says, and sets the exit code of the error; the process ends by itself. */
export function fail(error: unknown): void {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = exitCodeOf(error);
}

/** The same, and ends the process at once. */
export function endWith(error: unknown): never {
  fail(error);
  process.exit();
}

/** @throws {UsageError} for an unknown option, a number that is not a whole one within its bounds, or none of the choices. */
export function readOptions<const T extends Defaults>(
  command: string,
  defaults: T,
  args: readonly string[],
): Values<T> | 'help' {
  const names = Object.entries({ ...defaults, help: false as const });
  const options = Object.fromEntries(
    names.map(([name, fallback]) => [
      name,
      { type: fallback === false ? ('boolean' as const) : ('string' as const) },
    ]),
  );
  const { values } = parseOptions({ args: [...args], options }, usageOf(command, defaults));
  if (values['help'] === true) return 'help';
  const read = Object.entries(defaults).map(([name, fallback]) => {
    const value = values[name] as string | undefined;
    if (typeof fallback === 'number') return [name, wholeNumber(`--${name}`, value, fallback)];
    if (typeof fallback !== 'object') return [name, value ?? fallback];
    if ('from' in fallback) return [name, numberWithin(`--${name}`, value, fallback)];
    if ('anyOf' in fallback) return [name, anyOf(`--${name}`, value, fallback)];
    if (value !== undefined && !fallback.includes(value))
      throw new UsageError(`--${name} must be ${fallback.filter(Boolean).join(' or ')}, not "${value}".`);
    return [name, value ?? fallback[0]];
  });
  return Object.fromEntries(read) as Values<T>;
}

function numberWithin(option: string, text: string | undefined, { from, to, fallback }: Range): number {
  const number = wholeNumber(option, text, fallback);
  if (number < from || number > to)
    throw new UsageError(`${option} must be a whole number from ${from} to ${to}, not "${text}".`);
  return number;
}

function anyOf(option: string, text: string | undefined, { anyOf: known }: AnyOf): readonly string[] {
  const chosen = text === undefined ? [] : text.split(',').map((each) => each.trim());
  const unknown = chosen.filter((each) => !known.includes(each));
  if (unknown.length > 0)
    throw new UsageError(`${option} must be some of ${known.join(', ')}, not "${unknown.join(', ')}".`);
  return chosen;
}

function usageOf(command: string, defaults: Defaults): string {
  const options = Object.entries(defaults).map(([name, fallback]) =>
    fallback === false ? `[--${name}]` : `[--${name} ${valueOf(fallback)}]`,
  );
  if (options.length === 0) return `Usage: ${command}`;
  return `Usage, with the defaults: ${command}${command.startsWith('npm ') ? ' --' : ''} ${options.join(' ')}`;
}

function valueOf(fallback: Exclude<Defaults[string], false>): string {
  if (typeof fallback !== 'object') return fallback === '' ? 'TEXT' : String(fallback);
  if ('from' in fallback) return String(fallback.fallback);
  if ('anyOf' in fallback)
    return fallback.anyOf.map((each) => (/\s/.test(each) ? `'${each}'` : each)).join(',');
  return fallback.filter(Boolean).join('|');
}
