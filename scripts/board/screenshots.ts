/** `npm run board:pictures`: see `usage`. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findChromium, howToGetChromium } from '@shop/testing/chromium';
import { chromium, type Browser, type Page } from 'playwright-core';
import { NotRunningError } from '../laptop/control-client.ts';
import { onSignalToEnd } from '../laptop/signals.ts';
import { exitCodeOf, explain, parseOptions, SetUpError, UsageError } from '../support/command-line.ts';
import { openState } from './open-state.ts';
import { makeRecording, recordingNames, type RecordingName } from './recordings.ts';
import { stateNames, type StateName } from './states.ts';

const usage = `Makes the pictures of the board in docs/board/, from the recordings there.

  npm run board:pictures -- [--record NAME] [--all FOLDER]

  --record NAME  makes that recording first, in two minutes: stop-user of the shop of npm start, pod-deleted of the one of
                 npm run up
  --all FOLDER   into that folder: the page in each state, at each width, in both themes and languages, to look at
  --help         this text
`;

interface Picture {
  readonly file: string;
  readonly of: StateName;
  readonly locale: 'en-GB' | 'ko-KR';
  readonly colorScheme: 'light' | 'dark';
  readonly width: number;
  /** Absent: all of the page. */
  readonly height?: number;
}

const folder = fileURLToPath(new URL('../../docs/board/', import.meta.url));
const first = { of: 'stop-user', width: 1280, height: 960 } as const;
const inDocumentation: readonly Picture[] = [
  { ...first, file: 'board-en.png', locale: 'en-GB', colorScheme: 'light' },
  { ...first, file: 'board-ko.png', locale: 'ko-KR', colorScheme: 'light' },
  { ...first, file: 'board-dark.png', locale: 'en-GB', colorScheme: 'dark' },
  { file: 'board-kind.png', of: 'pod-deleted', locale: 'en-GB', colorScheme: 'light', width: 1280 },
];

const all: readonly Picture[] = stateNames.flatMap((of) =>
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
  const { file, of, width, height, ...options } = picture;
  await using opened = await openState(browser, of, {
    ...options,
    viewport: { width, height: height ?? 900 },
  });
  if (height === undefined) await growToPage(opened.page);
  await opened.page.screenshot({ path: join(into, file) });
}

/** Makes the window as high as the page: parts of it that are out of sight are not drawn (`content-visibility`). */
async function growToPage(page: Page): Promise<void> {
  const width = page.viewportSize()?.width ?? 0;
  for (let shown = 0; ;) {
    // What comes into sight may be higher than it was believed to be.
    const height = await page.evaluate<number>(
      `new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() =>
        resolve(Math.ceil(document.documentElement.getBoundingClientRect().height)))))`,
    );
    if (height === shown) return;
    await page.setViewportSize({ width, height });
    shown = height;
  }
}

const isRecording = (name: string): name is RecordingName =>
  (recordingNames as readonly string[]).includes(name);

async function main(): Promise<void> {
  const { values } = parseOptions(
    {
      options: {
        record: { type: 'string' },
        all: { type: 'string' },
        help: { type: 'boolean' },
      },
    },
    usage,
  );
  if (values.help) return void process.stdout.write(usage);
  const executablePath = findChromium(process.env);
  if (executablePath === undefined) throw new SetUpError(howToGetChromium);
  if (values.record !== undefined) {
    if (!isRecording(values.record))
      throw new UsageError(`--record must be one of ${recordingNames.join(', ')}, not "${values.record}".`);
    const ending = new AbortController();
    onSignalToEnd(
      () => ending.abort(),
      () => process.exit(1),
    );
    try {
      await makeRecording(values.record, ending.signal);
    } catch (error) {
      if (!ending.signal.aborted) throw error;
      process.exitCode = 130;
      return;
    }
  }
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const browser = await chromium.launch({ executablePath, args: sandbox });
  try {
    const into = values.all ?? folder;
    mkdirSync(into, { recursive: true });
    for (const picture of values.all === undefined ? inDocumentation : all)
      await take(browser, into, picture);
  } finally {
    await browser.close();
  }
}

try {
  await main();
} catch (error) {
  const isExpected = error instanceof NotRunningError || (error as Error).name === 'ContextError';
  process.stderr.write(`${isExpected ? (error as Error).message : explain(error)}\n`);
  process.exitCode = exitCodeOf(error);
}
