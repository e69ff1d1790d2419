/** A shell as a reader has one: what one block sets, the next one knows. */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

export interface SessionOptions {
  readonly cwd: string;
  /** The whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** Ends the session at once. */
  readonly signal?: AbortSignal | undefined;
  /** Which shell it is, and how it is spoken to; bash that reads a pipe without it. */
  readonly dialect?: Dialect | undefined;
}

/** How commands get to a shell, and where what they print begins and ends. */
export interface Dialect {
  /** The program with its arguments. */
  readonly command: readonly [program: string, ...args: string[]];
  /** What the shell's environment has in addition. */
  readonly env?: Readonly<Record<string, string>>;
  /** What the shell reads first. */
  readonly begin: string;
  /** Whether it takes commands, by what it has printed; nothing to wait for without it. */
  isReady?(output: string): boolean;
  /** @param mark a text that nothing else prints. */
  input(script: string, mark: string): string;
  /** @returns nothing as long as the commands run. */
  outcome(output: string, mark: string): Outcome | undefined;
}

export interface Outcome {
  /** Both streams, in the order in which they were written. */
  readonly output: string;
  /** Of the first command that failed, else of the last; none when the shell was ended or ended itself. */
  readonly exitCode?: number;
  readonly ended?: 'hanging' | 'interrupted' | 'exited';
}

/** Only the end of more than that is kept; a command that never stops talking must not fill the memory. */
const maxOutput = 1 << 20;
/** Between SIGTERM and SIGKILL for a process group. */
const graceMs = 2000;

export class Session implements AsyncDisposable {
  readonly #shell: ChildProcessByStdio<Writable, Readable, null>;
  readonly #closed: Promise<void>;
  readonly #signal: AbortSignal | undefined;
  readonly #dialect: Dialect;
  #output = '';
  #onOutput: () => void = () => {};
  #over = false;

  constructor({ cwd, env, signal, dialect = piped }: SessionOptions) {
    this.#dialect = dialect;
    const [program, ...args] = dialect.command;
    // Its own process group, so that all that it starts can be ended with it.
    this.#shell = spawn(program, args, {
      cwd,
      env: { ...env, ...dialect.env },
      detached: true,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    this.#signal = signal;
    this.#closed = new Promise((resolve) => {
      const end = () => {
        this.#over = true;
        this.#onOutput();
        resolve();
      };
      this.#shell.once('close', end).once('error', (error) => {
        this.#output += `${program}: ${error.message}`;
        end();
      });
    });
    // A shell that has ended says so by closing.
    this.#shell.stdin.on('error', () => {});
    this.#shell.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#output = (this.#output + text).slice(-maxOutput);
      this.#onOutput();
    });
    this.#shell.stdin.write(dialect.begin);
  }

  /** It runs nothing more. */
  get over(): boolean {
    return this.#over;
  }

  /** Runs commands; those that take longer than `limitMs` are ended, and with them the session. */
  async run(script: string, limitMs: number): Promise<Outcome> {
    if (this.#over) return { output: '', ended: 'exited' };
    const mark = randomUUID();
    const { promise: settled, resolve } = Promise.withResolvers<Outcome>();
    let waits = this.#dialect.isReady !== undefined;
    const begin = () => {
      waits = false;
      this.#output = '';
      this.#shell.stdin.write(this.#dialect.input(script, mark));
    };
    const look = () => {
      const outcome = waits ? undefined : this.#dialect.outcome(this.#output, mark);
      if (outcome) resolve(outcome);
      else if (this.#over) resolve({ output: this.#output, ended: 'exited' });
      else if (waits && this.#dialect.isReady?.(this.#output)) begin();
    };
    this.#onOutput = look;
    const endAll = (ended: 'hanging' | 'interrupted') => {
      resolve({ output: this.#output, ended });
    };
    const timer = setTimeout(() => endAll('hanging'), limitMs);
    const interrupt = () => endAll('interrupted');
    this.#signal?.addEventListener('abort', interrupt);
    if (this.#signal?.aborted) interrupt();
    if (waits) look();
    else begin();
    try {
      const outcome = await settled;
      if (outcome.ended === 'hanging' || outcome.ended === 'interrupted') await this.#end();
      return outcome;
    } finally {
      clearTimeout(timer);
      this.#signal?.removeEventListener('abort', interrupt);
      this.#onOutput = () => {};
    }
  }

  /** Ends the shell and everything that it has left running. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end();
  }

  async #end(): Promise<void> {
    const { pid } = this.#shell;
    if (pid === undefined) return;
    // Also when the shell itself is gone already: what it started may not be.
    signalGroup(pid, 'SIGTERM');
    this.#shell.stdin.destroy();
    const waiting = new AbortController();
    const gone = this.#closed.then(() => waiting.abort());
    await delay(graceMs, undefined, { signal: waiting.signal }).catch(() => {});
    signalGroup(pid, 'SIGKILL');
    await gone;
  }
}

/** Commands that have nothing to read, and a mark behind all they print. */
const piped: Dialect = {
  command: ['bash', '--noprofile', '--norc'],
  begin: 'exec 2>&1\n',
  // The trap sees a command fail where `set -e` would end the shell; here the shell goes on as a reader's does.
  input: (script, mark) =>
    [
      `__failed=0; trap '__failed=$?' ERR`,
      `eval ${quoted(script)} </dev/null`,
      `__last=$?; trap - ERR`,
      `printf '\\n%s %d\\n' ${mark} "$(( __failed ? __failed : __last ))"`,
      '',
    ].join('\n'),
  outcome(output, mark) {
    const found = new RegExp(String.raw`\n${mark} (\d+)\n`).exec(output);
    return found === null ? undefined : { output: output.slice(0, found.index), exitCode: Number(found[1]) };
  },
};

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
