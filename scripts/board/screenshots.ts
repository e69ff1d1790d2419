/**
 * `npm run board:pictures`: the pictures of the board in the documentation, from recordings. With `-- --all FOLDER`: each
 * recording at each width, in both themes and languages, to look at.
 *
 * To record another one: `npm run board -- --record docs/board/stop-user.ndjson`, leave the page open for two minutes, stop
 * user on it, and Ctrl-C fifteen seconds later.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readRecording, replay, Scene, startBoard } from '@shop/board';
import { findChromium, howToGetChromium } from '@shop/testing/chromium';
import { chromium, type Browser } from 'playwright-core';

interface Picture {
  readonly file: string;
  /** The recording, at its end. */
  readonly of: 'stop-user' | 'pod-deleted';
  readonly locale: 'en-GB' | 'ko-KR';
  readonly colorScheme: 'light' | 'dark';
  readonly width: number;
  /** Absent: all of the page. */
  readonly height?: number;
}

const folder = fileURLToPath(new URL('../../docs/board/', import.meta.url));
/** What has to be seen on it. */
const shows = { 'stop-user': '.guard.open', 'pod-deleted': '.role.primary' } as const;
const first = { of: 'stop-user', width: 1280, height: 960 } as const;
const inDocumentation: readonly Picture[] = [
  { ...first, file: 'board-en.png', locale: 'en-GB', colorScheme: 'light' },
  { ...first, file: 'board-ko.png', locale: 'ko-KR', colorScheme: 'light' },
  { ...first, file: 'board-dark.png', locale: 'en-GB', colorScheme: 'dark' },
  { file: 'board-kind.png', of: 'pod-deleted', locale: 'en-GB', colorScheme: 'light', width: 1280 },
];

const all: readonly Picture[] = (['stop-user', 'pod-deleted'] as const).flatMap((of) =>
  [1280, 768, 390].flatMap((width) =>
    (['en-GB', 'ko-KR'] as const).flatMap((locale) =>
      (['light', 'dark'] as const).map((colorScheme): Picture => {
        const file = `${of}-${width}-${locale.slice(0, 2)}-${colorScheme}.png`;
        return { file, of, locale, colorScheme, width };
      }),
    ),
  ),
);

async function take(browser: Browser, into: string, picture: Picture): Promise<void> {
  const { file, of, width, height, ...context } = picture;
  const scene = new Scene();
  const recording = await readRecording(`${folder}${of}.ndjson`);
  await replay(recording, scene, { speed: Infinity, signal: new AbortController().signal });
  const board = await startBoard({ port: 0, token: 'picture', scene });
  const viewport = { width, height: height ?? 900 };
  const page = await browser.newPage({ ...context, viewport, reducedMotion: 'reduce' });
  await page.goto(board.url);
  await page.locator(`main:not(.stale) ${shows[of]}`).waitFor();
  await page.locator('.charts canvas').last().waitFor();
  await page.screenshot({ path: join(into, file), fullPage: height === undefined });
  await page.close();
  await board.close();
}

const { values } = parseArgs({ options: { all: { type: 'string' } } });
const executablePath = findChromium(process.env);
if (executablePath === undefined) throw new Error(howToGetChromium);
const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
const browser = await chromium.launch({ executablePath, args: sandbox });
try {
  const into = values.all ?? folder;
  mkdirSync(into, { recursive: true });
  for (const picture of values.all === undefined ? inDocumentation : all) await take(browser, into, picture);
} finally {
  await browser.close();
}
