import { spawn, type ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { developmentArguments, developmentEnvironment } from '../../cluster/skaffold.ts';
import { splitLines } from '../../laptop/lines.ts';
import { SetUpError } from '../../support/command-line.ts';
import { paths } from '../names.ts';
import { followLogs } from './container-logs.ts';
import { place } from '../skaffold.ts';
import { readLine, readLog, type Event } from './skaffold-output.ts';

/** How long an edit may take to be live: a new dependency is installed in it. */
const withinMs = 300_000;

/** `skaffold dev`, as long as it runs. */
export class Skaffold {
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;
  readonly #events = new EventEmitter();
  readonly #say: (text: string) => void;
  #isStopping = false;
  #isBusy = false;
  /** Ends the reading of the present pods' logs. */
  #deployment = new AbortController();

  /** @param say shows a line. */
  constructor(say: (text: string) => void) {
    this.#say = say;
    this.#child = spawn('skaffold', ['dev', ...developmentArguments('dev-sync', place)], {
      cwd: paths.root,
      env: { ...process.env, ...developmentEnvironment(place) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      if (stream)
        splitLines(
          stream,
          (line) => this.#see(readLine(line)),
          (rest) => this.#see(readLine(rest)),
        );
    this.ended = new Promise((resolve) => {
      this.#child.once('error', () => resolve());
      this.#child.once('close', () => resolve());
    });
  }

  stop(): void {
    this.#isStopping = true;
    this.#child.kill('SIGINT');
  }

  /** Resolves when all is deployed. @throws {SetUpError} where it ends instead; it has said why. */
  idle(): Promise<void> {
    return this.#until(({ kind }) => kind === 'idle');
  }

  /** Resolves when it has built or applied something from now on. @throws where it could not. */
  idleAgain(): Promise<void> {
    let isBusy = false;
    return this.#until(({ kind }) => {
      isBusy ||= kind === 'busy';
      return isBusy && kind === 'idle';
    });
  }

  /** Resolves when these apps run what is copied from now on. @throws with why one of them does not. */
  live(apps: readonly string[]): Promise<void> {
    const missing = new Set(apps);
    return this.#until((event) => {
      if (event.kind === 'report') {
        if (event.failure !== undefined) throw new Error(`${event.app} does not run: ${event.failure}`);
        missing.delete(event.app);
      }
      return missing.size === 0;
    });
  }

  /** @param isOver sees each event from now on; it may throw. */
  async #until(isOver: (event: Event) => boolean): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const see = (event: Event): void => {
      try {
        if (event.kind === 'failed') throw new Error('skaffold could not do it; what it said is above');
        if (isOver(event)) resolve();
      } catch (error) {
        reject(error);
      }
    };
    const tooLong = setTimeout(
      () => reject(new Error(`nothing came of it within ${withinMs / 1000} s`)),
      withinMs,
    );
    this.#events.on('event', see);
    try {
      await Promise.race([promise, this.#endedEarly()]);
    } finally {
      clearTimeout(tooLong);
      this.#events.off('event', see);
    }
  }

  async #endedEarly(): Promise<void> {
    await this.ended;
    if (!this.#isStopping) throw new SetUpError('skaffold has ended; what it said is above');
  }

  /** Reads the logs of these apps' containers, too, until it ends: of their newest pods after each deployment. */
  async follow(apps: readonly string[]): Promise<void> {
    const see = (app: string) => (line: string) => this.#see(readLog(app, line));
    const ending = new AbortController();
    void this.ended.finally(() => ending.abort());
    while (!ending.signal.aborted) {
      this.#deployment = new AbortController();
      const signal = AbortSignal.any([ending.signal, this.#deployment.signal]);
      await Promise.all(apps.map((app) => followLogs(app, see(app), signal)));
    }
  }

  #see(event: Event | undefined): void {
    if (event === undefined) return;
    if ('text' in event) this.#say(event.text);
    if (event.kind === 'busy') this.#isBusy = true;
    if (event.kind === 'idle' && this.#isBusy) {
      this.#isBusy = false;
      // There may be new pods.
      this.#deployment.abort();
    }
    this.#events.emit('event', event);
  }
}
