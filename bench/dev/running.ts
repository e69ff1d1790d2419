/** The shop of `npm run dev` or `npm run dev:kind`, with what it prints. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { endOf } from '@shop/testing/child-end';
import { eventually } from '@shop/testing/eventually';
import { freePort } from '@shop/testing/free-port';
import { trustAuthority } from '../../scripts/kind/certificates.ts';
import { baseUrl } from '../../scripts/kind/names.ts';

export type Target = 'laptop' | 'kind';

const script = (path: string): string => fileURLToPath(new URL(`../../scripts/${path}`, import.meta.url));

export class RunningShop implements AsyncDisposable {
  readonly url: string;
  /** What it printed for people. */
  readonly lines: { readonly at: number; readonly text: string }[] = [];
  readonly #end: () => Promise<void>;

  private constructor(url: string, end: () => Promise<void>) {
    this.url = url;
    this.#end = end;
  }

  static async start(target: Target): Promise<RunningShop> {
    const dataDir = mkdtempSync(join(tmpdir(), 'shop-dev-'));
    const port = target === 'laptop' ? await freePort() : 0;
    const laptop = [
      'laptop/start.ts',
      '--watch',
      '--no-board',
      '--port',
      String(port),
      '--data-dir',
      dataDir,
    ];
    const [file = '', ...args] = target === 'laptop' ? laptop : ['kind/dev.ts'];
    if (target === 'kind') await trustAuthority();
    const child = spawn(process.execPath, [script(file), ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    const exit = once(child, 'exit');
    // Also where this process ends at once, by Ctrl-C.
    process.once('exit', () => child.kill('SIGTERM'));
    const shop = new RunningShop(target === 'laptop' ? `http://127.0.0.1:${port}` : baseUrl, async () => {
      child.kill('SIGTERM');
      await exit;
      rmSync(dataDir, { recursive: true, force: true });
    });
    let rest = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) shop.lines.push({ at: performance.now(), text: line });
    });
    try {
      await eventually(
        'the shop is open',
        () => shop.lines.some(({ text }) => text.includes('Ctrl-C stops it')),
        { withinMs: 600_000, signal: endOf(child) },
      );
    } catch (error) {
      await shop[Symbol.asyncDispose]();
      throw error;
    }
    return shop;
  }

  /** Resolves when the response to this path has the mark in it, or has it no longer. @returns milliseconds. */
  async untilSeen(path: string, mark: string, { isGone = false, withinMs = 120_000 } = {}): Promise<number> {
    const begin = performance.now();
    while (performance.now() - begin < withinMs) {
      if ((await this.#text(path)).includes(mark) !== isGone) return performance.now() - begin;
      await delay(10);
    }
    throw new Error(`${path} has not shown ${mark} within ${withinMs / 1000} s:\n${this.#last()}`);
  }

  /** Resolves when it prints nothing more for half a second. */
  async quiet(): Promise<void> {
    const begin = performance.now();
    const last = (): number => Math.max(begin, this.lines.at(-1)?.at ?? 0);
    await eventually('it prints nothing', () => performance.now() - last() > 500, { withinMs: 60_000 });
  }

  /** Resolves when it has printed such a line since. */
  async untilSaid(pattern: RegExp, since: number): Promise<void> {
    await eventually(
      `it says ${pattern}`,
      () => this.lines.some(({ at, text }) => at >= since && pattern.test(text)),
      { withinMs: 120_000, everyMs: 20 },
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end();
  }

  #last(): string {
    return this.lines
      .slice(-20)
      .map(({ text }) => text)
      .join('\n');
  }

  /** Empty while nothing responds: the program is just being started. */
  async #text(path: string): Promise<string> {
    try {
      const response = await fetch(this.url + path, { signal: AbortSignal.timeout(5_000) });
      const text = await response.text();
      // The front door's own responses while a program starts.
      return response.status === 503 || response.status === 502 ? '' : text;
    } catch {
      return '';
    }
  }
}
