/**
 * `npm run board:pictures`: the pictures of the board in the documentation, from recordings. To record another one:
 * `npm run board -- --record docs/board/stop-user.ndjson`, then stop user on the page, and Ctrl-C a little later.
 */
import { fileURLToPath } from 'node:url';
import { readRecording, replay, Scene, startBoard } from '@shop/board';
import { chromium } from 'playwright-core';
import { findChromium, howToGetChromium } from '@shop/testing/chromium';

const folder = fileURLToPath(new URL('../../docs/board/', import.meta.url));
const pictures = [
  { file: 'board-en.png', of: 'stop-user', shows: '.guard.open', locale: 'en-GB', colorScheme: 'light' },
  { file: 'board-ko.png', of: 'stop-user', shows: '.guard.open', locale: 'ko-KR', colorScheme: 'light' },
  { file: 'board-dark.png', of: 'stop-user', shows: '.guard.open', locale: 'en-GB', colorScheme: 'dark' },
  {
    file: 'board-kind.png',
    of: 'pod-deleted',
    shows: '.role.primary',
    locale: 'en-GB',
    colorScheme: 'light',
  },
] as const;

const executablePath = findChromium(process.env);
if (executablePath === undefined) throw new Error(howToGetChromium);
const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
const browser = await chromium.launch({ executablePath, args: sandbox });
try {
  for (const { file, of, shows, ...context } of pictures) {
    const scene = new Scene();
    const recording = await readRecording(`${folder}${of}.ndjson`);
    await replay(recording, scene, { speed: Infinity, signal: new AbortController().signal });
    const board = await startBoard({ port: 0, token: 'picture', scene });
    const page = await browser.newPage({
      ...context,
      viewport: { width: 1280, height: 960 },
      reducedMotion: 'reduce',
    });
    await page.goto(board.url);
    await page.locator(`main:not(.stale) ${shows}`).waitFor();
    await page.locator('.charts canvas').last().waitFor();
    await page.screenshot({ path: `${folder}${file}`, fullPage: of === 'pod-deleted' });
    await page.close();
    await board.close();
  }
} finally {
  await browser.close();
}
