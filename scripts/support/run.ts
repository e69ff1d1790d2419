import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface RunOptions {
  /** Written to the command's standard input. */
  readonly input?: string;
  /** In addition to this process's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** The folder it runs in, where that is not this process's own. */
  readonly cwd?: string;
  /** Called with each line of output, of both streams, as it comes. */
  readonly onLine?: (line: string) => void;
  /** Keeps running when Ctrl-C ends this process's group: for commands that undo a change. */
  readonly ignoresCtrlC?: boolean;
  /** Ends the command. */
  readonly signal?: AbortSignal | undefined;
}

/** A command failed or does not exist. The message has its whole output, because a failed test shows nothing else. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  /** The command, and how it ended. */
  readonly summary: string;
  readonly output: string;

  constructor(command: string, reason: string, output: string) {
    const [summary, said] = [`${command}: ${reason}`, output.trim()];
    super(said === '' ? summary : `${summary}: ${said}`);
    this.summary = summary;
    this.output = said;
  }
}

/**
 * Runs a command without a shell and resolves with its standard output, trimmed.
 * @throws {CommandError} when it cannot be started or its exit code is not 0.
 */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const title = [command, ...args].join(' ');
  const child = spawn(command, args, {
    env: { ...process.env, ...options.env },
    stdio: 'pipe',
    cwd: options.cwd,
    detached: options.ignoresCtrlC ?? false,
    signal: options.signal,
  });
  const everything: string[] = [];
  const result: string[] = [];

  const read = (stream: NodeJS.ReadableStream, keep: (line: string) => void) =>
    createInterface({ input: stream }).on('line', (line) => {
      everything.push(line);
      keep(line);
      options.onLine?.(line);
    });
  read(child.stdout, (line) => void result.push(line));
  read(child.stderr, () => {});
  // A command may end without reading its input: its exit code decides.
  child.stdin.on('error', () => {});
  child.stdin.end(options.input);

  const outcome = await new Promise<string | undefined>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code === 'ENOENT' ? 'there is no such program on the PATH' : error.message),
    );
    child.once('close', (code, signal) =>
      resolve(code === 0 ? undefined : `ended by ${signal ?? `exit code ${code}`}`),
    );
  });
  if (outcome !== undefined) throw new CommandError(title, outcome, everything.join('\n'));
  return result.join('\n').trim();
}

/** Whether the command succeeds. */
export async function succeeds(command: string, args: readonly string[]): Promise<boolean> {
  try {
    await run(command, args);
    return true;
  } catch (error) {
    if (error instanceof CommandError) return false;
    throw error;
  }
}

/**
 * Runs the command, and ends it when standard input ends. The kernel closes that when the other end's process ends in any
 * way; a command that does not read it would not notice.
 */
const script = `
  exec 3<&0
  "$@" 3<&- </dev/null &
  child=$!
  { cat <&3 >/dev/null 2>&1; kill "$child" 2>/dev/null; } >/dev/null 2>&1 &
  exec 3<&-
  wait "$child"
`;

/**
 * Starts a program that does not outlive this one, also when this one is killed. Ctrl-C does not reach it; to end it, end its
 * standard input.
 */
export const spawnTied = (command: string, args: readonly string[]): ChildProcessWithoutNullStreams =>
  spawn('sh', ['-c', script, 'sh', command, ...args], { stdio: 'pipe', detached: true });
