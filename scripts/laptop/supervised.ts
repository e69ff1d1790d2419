import { spawn, type ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { BackOff } from './back-off.ts';
import { splitLines } from './lines.ts';
import type { Program, ProgramOutput, ProgramStatus, State, Timing } from './program.ts';

const exitWithParent = new URL('exit-with-parent.ts', import.meta.url).href;
const pollMs = 50;
const rememberedLines = 60;

/** A program did not become ready; `lines` are the last it wrote. */
export class NotReadyError extends Error {
  override readonly name = 'NotReadyError';
  readonly lines: readonly string[];
  constructor(message: string, lines: readonly string[]) {
    super(message);
    this.lines = lines;
  }
}

interface Running {
  readonly child: ChildProcess;
  /** How it ended, once its output has been read to the end. */
  readonly ended: Promise<string>;
}

/** One program that is kept running: started again, with back-off, until it is stopped. */
export class SupervisedProgram {
  readonly #program: Program;
  readonly #output: ProgramOutput;
  readonly #timing: Timing;
  readonly #changes = new EventEmitter();
  readonly #recent: string[] = [];
  #state: State = 'stopped';
  #restarts = 0;
  #running: Running | undefined;
  /** Present from start to the end of stop. */
  #keeping: { readonly stop: AbortController; readonly done: Promise<void> } | undefined;
  /** What /readyz last said, or why it could not be read. */
  #lastProbe = 'it was not checked yet';

  constructor(program: Program, output: ProgramOutput, timing: Timing) {
    this.#program = program;
    this.#output = output;
    this.#timing = timing;
  }

  get name(): string {
    return this.#program.name;
  }

  get status(): ProgramStatus {
    const pid = this.#running?.child.pid;
    return {
      name: this.name,
      state: this.#state,
      restarts: this.#restarts,
      ...(pid === undefined ? {} : { pid }),
    };
  }

  /** Calls the listener after each change of state. */
  onChange(listener: () => void): void {
    this.#changes.on('change', listener);
  }

  /** The last lines it wrote, oldest first. */
  get recentLines(): readonly string[] {
    return this.#recent;
  }

  /**
   * Keeps the program running from now on; resolves when it is ready.
   * @throws {NotReadyError} when it ends first or takes too long. Even then it is restarted, until `stop`.
   */
  async start(): Promise<void> {
    if (this.#keeping?.stop.signal.aborted) await this.#keeping.done;
    if (!this.#keeping) {
      const stop = new AbortController();
      this.#set('starting');
      this.#keeping = { stop, done: this.#keepRunning(stop.signal) };
    }
    const deadline = AbortSignal.timeout(this.#timing.readyWithinMs);
    while (this.#state === 'starting') {
      await once(this.#changes, 'change', { signal: deadline }).catch(() => undefined);
      if (deadline.aborted) break;
    }
    if (this.#state === 'ready') return;
    const reason = deadline.aborted
      ? `was not ready within ${this.#timing.readyWithinMs / 1000} s (${this.#lastProbe})`
      : 'ended before it was ready';
    throw new NotReadyError(`${this.name} ${reason}`, [...this.#recent]);
  }

  /** SIGTERM, and SIGKILL where that is not heeded; resolves when the program is gone and will not come back. */
  async stop(): Promise<void> {
    if (!this.#keeping) return;
    this.#keeping.stop.abort();
    await this.#keeping.done;
  }

  /** Sends SIGKILL, to show a crash. @returns the process's id; undefined when none runs. */
  kill(): number | undefined {
    const child = this.#running?.child;
    return child?.kill('SIGKILL') ? child.pid : undefined;
  }

  async #keepRunning(stop: AbortSignal): Promise<void> {
    const backOff = new BackOff();
    while (!stop.aborted) {
      const startedAt = performance.now();
      const ending = await this.#runOnce(stop);
      if (stop.aborted) break;
      this.#restarts += 1;
      const pauseMs = backOff.after(performance.now() - startedAt);
      const when = pauseMs === 0 ? 'at once' : `in ${pauseMs / 1000} s`;
      this.#output.remark(this.name, `${ending}; it is started again ${when}`);
      this.#set('waiting to restart');
      await delay(pauseMs, undefined, { signal: stop }).catch(() => undefined);
    }
    this.#keeping = undefined;
    this.#set('stopped');
  }

  /** From the start of a process to its end, whichever way. */
  async #runOnce(stop: AbortSignal): Promise<string> {
    this.#set('starting');
    const running = this.#spawn();
    this.#running = running;
    const over = new AbortController();
    const end = () => void this.#end(running);
    stop.addEventListener('abort', end);
    const watching = this.#watchReadiness(AbortSignal.any([over.signal, stop]));
    const ending = await running.ended;
    over.abort();
    await watching;
    stop.removeEventListener('abort', end);
    this.#running = undefined;
    return ending;
  }

  /**
   * Starts the program in its own process group: Ctrl-C goes to the whole group of the terminal, but only the
   * supervisor decides when its programs end, and in which order.
   */
  #spawn(): Running {
    const { args, env } = this.#program;
    const child = spawn(process.execPath, ['--import', exitWithParent, ...args], {
      env: { ...process.env, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
    });
    const remark = (line: string) => this.#remember(line, () => this.#output.remark(this.name, line));
    const record = (line: string) => this.#remember(line, () => this.#output.record(this.name, line));
    splitLines(child.stdout, record, (rest) => remark(`(cut short) ${rest}`));
    splitLines(child.stderr, remark, remark);
    child.stdin.on('error', () => undefined);
    const ended = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(`could not be run (${error.message})`));
      child.once('close', (code, signal) =>
        resolve(signal ? `was ended by ${signal}` : `ended with exit code ${code}`),
      );
    });
    return { child, ended };
  }

  async #end({ child, ended }: Running): Promise<void> {
    this.#set('stopping');
    child.kill('SIGTERM');
    const tooLong = setTimeout(() => {
      this.#output.remark(
        this.name,
        `did not end within ${this.#timing.endWithinMs / 1000} s of SIGTERM; SIGKILL`,
      );
      child.kill('SIGKILL');
    }, this.#timing.endWithinMs);
    await ended;
    clearTimeout(tooLong);
  }

  async #watchReadiness(over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      if (await this.#isReady(over)) {
        if (!over.aborted) this.#set('ready');
        return;
      }
      await delay(pollMs, undefined, { signal: over }).catch(() => undefined);
    }
  }

  async #isReady(over: AbortSignal): Promise<boolean> {
    try {
      const signal = AbortSignal.any([over, AbortSignal.timeout(2_000)]);
      const response = await fetch(this.#program.readyUrl, { signal });
      this.#lastProbe = `${this.#program.readyUrl} answers ${response.status} ${(await response.text()).trim()}`;
      return response.ok;
    } catch {
      if (!over.aborted) this.#lastProbe = `${this.#program.readyUrl} does not answer`;
      return false;
    }
  }

  #remember(line: string, pass: () => void): void {
    this.#recent.push(line);
    if (this.#recent.length > rememberedLines) this.#recent.shift();
    pass();
  }

  #set(state: State): void {
    this.#state = state;
    this.#changes.emit('change');
  }
}
