/** `npm run board -- --target kind`, and its page in Chromium. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Browser, Locator, Page } from 'playwright-core';
import type { Waterfall } from '@shop/board';
import { eventually } from '@shop/testing/eventually';

export const boardProgram = fileURLToPath(new URL('../../../scripts/board/main.ts', import.meta.url));
/** The control plane may have to start before a fault is undone. */
const undoneWithinMs = 200_000;

/** `npm run board -- --target kind`, without its page. */
export interface BoardProcess {
  readonly child: ChildProcess;
  /** What it has printed until now, a line each. */
  readonly said: readonly string[];
  /** With its token. */
  readonly url: string;
}

/** Resolves when the board has printed its address. */
export async function startBoardProcess(): Promise<BoardProcess> {
  const child = spawn(process.execPath, [boardProgram, '--target', 'kind', '--port', '0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const said: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => void said.push(line));
  try {
    const url = await eventually(
      'the board prints its address',
      () => said.map((line) => /http:\S+/.exec(line)?.[0]).find((one) => one !== undefined),
      { withinMs: 120_000 },
    );
    return { child, said, url };
  } catch (error) {
    child.kill();
    throw error;
  }
}

export class Board {
  readonly #browser: Browser;
  readonly #process: ChildProcess;
  readonly #said: readonly string[];
  readonly #url: string;
  #page: Page | undefined;

  private constructor(browser: Browser, { child, said, url }: BoardProcess) {
    this.#browser = browser;
    this.#process = child;
    this.#said = said;
    this.#url = url;
  }

  /** Resolves when the page shows the cluster. */
  static async open(browser: Browser): Promise<Board> {
    const started = await startBoardProcess();
    try {
      const board = new Board(browser, started);
      await board.openPage();
      return board;
    } catch (error) {
      started.child.kill();
      throw error;
    }
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** `127.0.0.1:PORT`. */
  get address(): string {
    return new URL(this.#url).host.replace('localhost', '127.0.0.1');
  }

  get page(): Page {
    if (!this.#page) throw new Error('the page is closed');
    return this.#page;
  }

  get isOpen(): boolean {
    return this.#page !== undefined;
  }

  async openPage(): Promise<void> {
    const context = await this.#browser.newContext({ locale: 'en-GB', reducedMotion: 'reduce' });
    this.#page = await context.newPage();
    await this.#page.goto(this.#url);
    await this.#page.locator('main:not(.stale) .faults li').first().waitFor();
  }

  async closePage(): Promise<void> {
    await this.#page?.context().close();
    this.#page = undefined;
  }

  /** Of one fault. */
  row(name: string): Locator {
    return this.page.locator('.faults > ul > li').filter({ has: this.page.locator(`#fault-${name}`) });
  }

  /** Resolves when the page shows that the fault is there. @throws with what the page says when it is refused. */
  async start(name: string): Promise<void> {
    const row = this.row(name);
    await row.getByRole('button', { name: 'Start' }).click();
    await row.locator('.sees strong', { hasText: 'active' }).or(row.locator('.problem')).waitFor();
    await this.#requireNoProblem(name);
  }

  /** Undoes it, unless it is over by itself already. */
  async undo(name: string): Promise<void> {
    const button = this.row(name).getByRole('button', { name: 'Undo' });
    // It may be over between the look and the click.
    if ((await button.count()) > 0) await button.click({ timeout: 5_000 }).catch(() => undefined);
    await this.isOver(name);
  }

  /** Resolves when the page shows that the fault is not there, and was undone. */
  async isOver(name: string): Promise<void> {
    const isOff = this.page.locator('li:not(.on)');
    await this.row(name).and(isOff).waitFor({ timeout: undoneWithinMs });
    await this.#requireNoProblem(name);
  }

  /** No fault is there, and none is watched any more. */
  async areJudged(): Promise<boolean> {
    return (await this.page.locator('.faults .sees strong').count()) === 0;
  }

  /** Requests a second of the board's own traffic. */
  async setTraffic(perSecond: number): Promise<void> {
    await this.page.getByRole('slider').fill(String(perSecond));
  }

  /** As the page does. */
  sendOne(): Promise<Waterfall> {
    return this.page.evaluate<Waterfall>(`fetch('/api/request', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    }).then((response) => response.json())`);
  }

  /** Resolves when it has ended, and undone what it had broken. @throws when its exit code is not 0. */
  async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    if (child.exitCode === null && child.signalCode === null) {
      const exit = once(child, 'exit');
      child.kill(signal);
      await exit;
      if (child.exitCode !== 0)
        throw new Error(`it ended with ${child.exitCode ?? child.signalCode}:\n${this.#said.join('\n')}`);
    }
    await this.closePage();
  }

  async #requireNoProblem(name: string): Promise<void> {
    const problems = await this.row(name).locator('.problem').allTextContents();
    if (problems.length > 0) throw new Error(`the page says of ${name}: ${problems.join(' ')}`);
  }
}
