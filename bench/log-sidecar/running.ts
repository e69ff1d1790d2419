import { spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Contender } from './contenders.ts';
import { processTree } from './process-tree.ts';

/** After so long without a line, no more are expected. */
const silenceMs = 20_000;

/** A contender at work on a file, with a pipe that this process empties. Disposing of it ends it. */
export class Running implements AsyncDisposable {
  readonly pid: number;
  /** Lines that have come. */
  lines = 0;
  readonly #name: string;
  readonly #directory = mkdtempSync(join(tmpdir(), 'bench-log-sidecar-'));
  readonly #reader: Socket;
  readonly #child: ChildProcess;

  /** Starts it reading `file` from its beginning. */
  constructor(contender: Contender, file: string) {
    const pipe = `${this.#directory}/pipe`;
    if (spawnSync('mkfifo', [pipe]).status !== 0) throw new Error('mkfifo failed');
    // Also open for writing: opening does not wait for the contender, and the contender's end does not close the pipe.
    const fd = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
    this.#name = contender.name;
    this.#reader = new Socket({ fd, readable: true, writable: false });
    this.#child = contender.start(file, pipe, this.#directory);
    if (this.#child.pid === undefined) throw new Error(`${contender.name} does not start`);
    this.pid = this.#child.pid;
    this.#reader.on('data', (part: Buffer) => {
      for (let at = part.indexOf(10); at >= 0; at = part.indexOf(10, at + 1)) this.lines++;
    });
  }

  /** Resolves when so many lines have come. @throws when the contender ends before, or nothing comes for a while. */
  async untilLines(count: number): Promise<void> {
    const ended = new AbortController();
    const end = (code: number | null): void =>
      ended.abort(new Error(`${this.#name} ended with ${code} after ${this.lines} lines`));
    const silence = setTimeout(
      () => ended.abort(new Error(`${this.#name}: only ${this.lines} lines came`)),
      silenceMs,
    );
    this.#child.once('exit', end);
    try {
      while (this.lines < count) {
        await once(this.#reader, 'data', { signal: ended.signal }).catch(() => ended.signal.throwIfAborted());
        silence.refresh();
      }
    } finally {
      clearTimeout(silence);
      this.#child.off('exit', end);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const child = this.#child;
    const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
    // Children first: a shell would leave its pipeline running.
    for (const member of [...processTree(this.pid)].toReversed()) process.kill(member, 'SIGTERM');
    await ended;
    this.#reader.destroy();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
