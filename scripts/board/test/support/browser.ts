/** Chromium, for the tests of the page. */
import axe, { type AxeResults, type RunOptions } from 'axe-core';
import { chromium, type Browser, type Page } from 'playwright-core';
import { findChromium, howToGetChromium } from '@shop/testing/chromium';
import { requiresProgram } from '@shop/testing/programs';

const executablePath = findChromium(process.env);
/** Without it these tests are skipped, unless CI says that it has to be there. */
export const isChromiumThere = executablePath !== undefined || requiresProgram('chromium', process.env);
export const inBrowser = (what: string): string =>
  `${what}${isChromiumThere ? '' : ` (${howToGetChromium})`}`;

export async function startBrowser(): Promise<Browser> {
  if (executablePath === undefined) throw new Error(howToGetChromium);
  // As root, which containers often are, Chromium needs the option that there is no sandbox.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return await chromium.launch({ executablePath, args: sandbox });
}

/** What axe finds that keeps users out. */
export async function seriousProblems(page: Page): Promise<string[]> {
  if (!(await page.evaluate<boolean>("'axe' in globalThis"))) await page.evaluate(axe.source);
  // Runs in the page, where axe is a global. What is not needed stays there: the whole result is large.
  return page.evaluate(async () => {
    const { axe: inPage } = globalThis as unknown as {
      axe: { run(options: RunOptions): Promise<AxeResults> };
    };
    // What it finds right is not described.
    const { violations } = await inPage.run({ resultTypes: ['violations'] });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
  });
}

/** The same in both themes. */
export async function seriousProblemsInBothThemes(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const theme of ['light', 'dark']) {
    await page.getByRole('combobox').selectOption(theme);
    found.push(...(await seriousProblems(page)).map((problem) => `${theme}: ${problem}`));
  }
  await page.getByRole('combobox').selectOption('auto');
  return found;
}
