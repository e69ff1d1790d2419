import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { LogDirectory } from './log-directory.ts';
import { eventually } from '@shop/testing/eventually';

const program = new URL('../../src/main.ts', import.meta.url).pathname;

export interface SidecarProcessOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly spawn?: SpawnOptions;
  /** Standard output is not read until `readOutput`. */
  readonly paused?: boolean;
}

const ignore = (): void => {};

/** The sidecar as a separate process, with pipes. Disposing of it kills it. */
export class SidecarProcess implements Disposable {
  readonly child: ChildProcess;
  readonly lines: string[] = [];
  readonly own: Record<string, unknown>[] = [];
  stderr = '';
  readonly exit: Promise<number | string>;

  constructor(log: LogDirectory, { env, spawn: options, paused = false }: SidecarProcessOptions = {}) {
    this.child = spawn(process.execPath, [program], {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...options,
      env: {
        PATH: process.env['PATH'],
        NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
        LOG_FILE: log.path,
        CHECKPOINT_FILE: log.checkpointPath,
        ADMIN_PORT: '0',
        POLL_INTERVAL_MS: '10',
        ...env,
      },
    });
    this.exit = once(this.child, 'close').then(([code, signal]) => (code ?? signal) as number | string);
    // Node drains a stream without a listener when the process ends.
    if (paused) this.child.stdout?.on('readable', ignore);
    else this.readOutput();
    const stderr = this.child.stderr;
    if (!stderr) return;
    createInterface({ input: stderr }).on('line', (line) => {
      this.stderr += `${line}\n`;
      if (line.startsWith('{')) this.own.push(JSON.parse(line) as Record<string, unknown>);
    });
  }

  /** Whole lines only. */
  readOutput(): void {
    let rest = '';
    this.child.stdout?.off('readable', ignore);
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      const parts = (rest + text).split('\n');
      rest = parts.pop() ?? '';
      for (const part of parts) this.lines.push(part);
    });
  }

  get messages(): unknown[] {
    return this.lines.map((line) => (JSON.parse(line) as { msg: unknown }).msg);
  }

  async untilFollowing(): Promise<string> {
    const entry = await eventually(
      'the sidecar follows',
      () => this.own.find(({ msg }) => msg === 'following') ?? false,
    );
    return `http://127.0.0.1:${String(entry['adminPort'])}`;
  }

  untilLines(count: number): Promise<unknown> {
    return eventually(`${count} lines have come`, () => this.lines.length >= count);
  }

  kill(signal: NodeJS.Signals): Promise<number | string> {
    this.child.kill(signal);
    return this.exit;
  }

  [Symbol.dispose](): void {
    this.child.kill('SIGKILL');
  }
}
