/**
 * `npm run board:pictures`: the pictures of the board in the documentation, from a recording. To record another one:
 * `npm run board -- --record docs/board/stop-user.ndjson`, then stop user on the page, and Ctrl-C a little later.
 */
import { fileURLToPath } from 'node:url';
import { readRecording, replay, Scene, startBoard } from '@shop/board';
import { chromium } from 'playwright-core';
import { findChromium, howToGetChromium } from '../../tests/support/chromium.ts';

const folder = fileURLToPath(new URL('../../docs/board/', import.meta.url));
const pictures = [
  { file: 'board-en.png', locale: 'en-GB', colorScheme: 'light' },
  { file: 'board-ko.png', locale: 'ko-KR', colorScheme: 'light' },
  { file: 'board-dark.png', locale: 'en-GB', colorScheme: 'dark' },
] as const;

const executablePath = findChromium(process.env);
if (executablePath === undefined) throw new Error(howToGetChromium);
const recording = await readRecording(`${folder}stop-user.ndjson`);
const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
const browser = await chromium.launch({ executablePath, args: sandbox });
try {
  for (const { file, ...context } of pictures) {
    const scene = new Scene();
    await replay(recording, scene, { speed: Infinity, signal: new AbortController().signal });
    const board = await startBoard({ port: 0, token: 'picture', scene });
    const page = await browser.newPage({
      ...context,
      viewport: { width: 1280, height: 960 },
      reducedMotion: 'reduce',
    });
    await page.goto(board.url);
    await page.locator('main:not(.stale) .guard.open').waitFor();
    await page.locator('.charts canvas').last().waitFor();
    await page.screenshot({ path: `${folder}${file}` });
    await page.close();
    await board.close();
  }
} finally {
  await browser.close();
}
