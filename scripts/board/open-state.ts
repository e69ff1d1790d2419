/** Opens the page in one of its states. */
import { startBoard, type Board } from '@shop/board';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { states, type State, type StateName } from './states.ts';

export interface Opened extends AsyncDisposable {
  readonly board: Board;
  readonly page: Page;
}

/** Resolves when everything is drawn. */
export async function openState(
  browser: Browser,
  name: StateName,
  options: BrowserContextOptions = {},
): Promise<Opened> {
  const { parts, hash, shows, isLost, response }: State = states[name];
  const board = await startBoard({ port: 0, token: 'state', ...(await parts()) });
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  let isOpen = true;
  const close = async () => {
    if (isOpen) await board.close();
    isOpen = false;
  };
  if (response !== undefined)
    await page.route('**/api/request', (route) => route.fulfill({ json: response }));
  await page.goto(board.url);
  await page.locator('main:not(.stale)').waitFor();
  if (hash === undefined) await page.locator('.charts canvas').last().waitFor();
  else await page.goto(`${new URL(board.url).origin}/#${hash}`);
  if (response !== undefined) await page.locator('.request button').click();
  if (isLost) {
    await page.locator('.card').first().waitFor();
    await close();
  }
  await page.locator(shows).first().waitFor();
  return {
    board,
    page,
    async [Symbol.asyncDispose]() {
      await context.close();
      await close();
    },
  };
}
