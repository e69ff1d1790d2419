/** The page in every state, also in those that a shop which works does not come to: nothing keeps users out. */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { eventually } from '@shop/testing/eventually';
import { openState } from '../open-state.ts';
import { stateNames } from '../states.ts';
import { inBrowser, isChromiumThere, seriousProblemsInBothThemes, startBrowser } from './support/browser.ts';

// axe looks at each of 300 pods, twice, perhaps on a busy machine.
jest.setTimeout(180_000);
const describeInBrowser = isChromiumThere ? describe : describe.skip;

describeInBrowser(inBrowser('the page'), () => {
  let browser: Browser;
  const english = { locale: 'en-GB' } as const;

  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser?.close());

  test.each(stateNames)('has no serious barrier and nothing that is too wide: %s', async (name) => {
    await using opened = await openState(browser, name, english);
    const { page } = opened;
    expect(await seriousProblemsInBothThemes(page)).toEqual([]);
    for (const width of [768, 390]) {
      await page.setViewportSize({ width, height: 844 });
      // The charts are drawn again a moment later.
      await eventually(`it fits into ${width} pixels`, async () => {
        expect(
          await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth'),
        ).toBeLessThanOrEqual(0);
        return true;
      });
    }
  });

  test('of a recording has faults that cannot be started but can be read', async () => {
    await using opened = await openState(browser, 'pod-deleted', english);
    const buttons = opened.page.locator('.faults button');
    expect(await buttons.count()).toBeGreaterThan(5);
    expect(await buttons.first().getAttribute('aria-disabled')).toBe('true');
  });

  test('of a lesson opens a question, by keyboard too', async () => {
    await using opened = await openState(browser, 'lesson', english);
    const question = opened.page.locator('.lesson details').first();
    const answer = question.locator('p').first();
    expect(await answer.isVisible()).toBe(false);
    await question.locator('summary').press('Enter');
    await answer.waitFor();
    expect(await question.locator('summary code').count()).toBe(1);
    expect(await opened.page.locator('.lesson').innerText()).not.toMatch(/<\/?(details|summary|code)>/);
  });

  test('says what to do without a cluster', async () => {
    await using opened = await openState(browser, 'no-cluster', english);
    expect(await opened.page.locator('.headline').innerText()).toContain(
      'Is it running? npm run up starts it.',
    );
  });

  test('says that the board is gone, and keeps what was known', async () => {
    await using opened = await openState(browser, 'no-board', english);
    await opened.page.getByRole('alert').waitFor({ timeout: 30_000 });
    expect(await opened.page.locator('.card').count()).toBeGreaterThan(5);
  });

  test('says what could not be undone', async () => {
    await using opened = await openState(browser, 'all-broken', english);
    expect(await opened.page.locator('.faults .problem').innerText()).toContain(
      'npm run board -- --undo tries again',
    );
  });
});
