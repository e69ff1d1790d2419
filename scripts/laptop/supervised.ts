import { spawn, type ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { BackOff } from './back-off.ts';
import { splitLines } from './lines.ts';
import type { Program, ProgramOutput, ProgramStatus, State, Timing } from './program.ts';

const exitWithParent = new URL('exit-with-parent.ts', import.meta.url).href;
const held = new URL('held.ts', import.meta.url).href;
const usualPollMs = 50;
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
  /** Ends the present run, or the wait for the next one: a new version is to run. */
  #replacing = new AbortController();
  /** How many runs have begun. */
  #runs = 0;
  /** The process of the next run, which waits to be released. */
  #next: Running | undefined;
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
    await this.#untilReady();
  }

  async #untilReady(): Promise<void> {
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

  /**
   * Starts the process of the next run, which loads modules of node_modules and waits for that run. Without effect where the
   * program is stopped or has such a process.
   */
  prepare(modules: () => readonly string[]): void {
    if (!this.#isKept() || this.#next) return;
    const next = this.#spawn(held);
    next.child.stdin?.write(`${JSON.stringify(modules())}\n`);
    this.#next = next;
    next.child.once('close', () => {
      if (this.#next === next) this.#next = undefined;
    });
  }

  /**
   * Ends the process and starts another one; resolves when that is ready. A program that was stopped stays so.
   * @returns whether it runs now. @throws {NotReadyError} as {@link start} does.
   */
  async replace(): Promise<boolean> {
    if (!this.#isKept()) return false;
    const runs = this.#runs;
    this.#replacing.abort();
    while (this.#runs === runs && this.#isKept()) await once(this.#changes, 'change');
    if (!this.#isKept()) return false;
    await this.#untilReady();
    return true;
  }

  #isKept(): boolean {
    return this.#keeping?.stop.signal.aborted === false;
  }

  /** SIGTERM, and SIGKILL where that is not heeded; resolves when the program is gone and will not come back. */
  async stop(): Promise<void> {
    if (!this.#keeping) return;
    this.#keeping.stop.abort();
    this.#next?.child.kill('SIGKILL');
    this.#next = undefined;
    await this.#keeping.done;
  }

  /** Sends SIGKILL, to show a crash. @returns the process's id; undefined when none runs. */
  kill(): number | undefined {
    const child = this.#running?.child;
    return child?.kill('SIGKILL') ? child.pid : undefined;
  }

  async #keepRunning(stop: AbortSignal): Promise<void> {
    let backOff = new BackOff();
    while (!stop.aborted) {
      this.#replacing = new AbortController();
      const replaced = this.#replacing.signal;
      const startedAt = performance.now();
      const { ending, wasReady } = await this.#runOnce(AbortSignal.any([stop, replaced]));
      if (stop.aborted) break;
      if (!replaced.aborted) {
        this.#restarts += 1;
        // Only an edit changes what has failed to start.
        const waits = this.#timing.failedStartWaits === true && !wasReady;
        const pauseMs = waits ? Infinity : backOff.after(performance.now() - startedAt);
        this.#output.remark(this.name, `${ending}; it is started again ${whenText(pauseMs)}`);
        this.#set('waiting to restart');
        await pause(pauseMs, AbortSignal.any([stop, replaced]));
      }
      if (replaced.aborted) backOff = new BackOff();
    }
    this.#keeping = undefined;
    this.#set('stopped');
  }

  /** From the start of a process to its end, whichever way. */
  async #runOnce(stop: AbortSignal): Promise<{ readonly ending: string; readonly wasReady: boolean }> {
    this.#runs += 1;
    const running = this.#next ?? this.#spawn(exitWithParent);
    // The modules are known already: the second line lets it go on.
    if (this.#next) running.child.stdin?.write('\n');
    this.#next = undefined;
    this.#running = running;
    this.#set('starting');
    const over = new AbortController();
    const end = () => void this.#end(running);
    stop.addEventListener('abort', end);
    const watching = this.#watchReadiness(AbortSignal.any([over.signal, stop]));
    const ending = await running.ended;
    over.abort();
    const wasReady = await watching;
    stop.removeEventListener('abort', end);
    this.#running = undefined;
    return { ending, wasReady };
  }

  /**
   * Starts the program in its own process group: Ctrl-C goes to the whole group of the terminal, but only the
   * supervisor decides when its programs end, and in which order.
   */
  #spawn(preload: string): Running {
    const { args, env } = this.#program;
    const child = spawn(process.execPath, ['--import', preload, ...args], {
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

  /** @returns whether it has been ready. */
  async #watchReadiness(over: AbortSignal): Promise<boolean> {
    while (!over.aborted) {
      if (await this.#isReady(over)) {
        if (!over.aborted) this.#set('ready');
        return true;
      }
      await delay(this.#timing.pollMs ?? usualPollMs, undefined, { signal: over }).catch(() => undefined);
    }
    return false;
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

function whenText(pauseMs: number): string {
  if (pauseMs === Infinity) return 'after the next edit';
  return pauseMs === 0 ? 'at once' : `in ${pauseMs / 1000} s`;
}

/** @param ms Infinity: until the signal is aborted. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms === Infinity) {
    if (!signal.aborted) await once(signal, 'abort');
  } else await delay(ms, undefined, { signal }).catch(() => undefined);
}
