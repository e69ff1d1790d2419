/** The page in every state, also in those that a shop which works does not come to: nothing keeps users out. */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { eventually } from '@shop/testing/eventually';
import { openState } from '../../open-state.ts';
import { stateNames } from '../../states.ts';
import { inBrowser, isChromiumThere, seriousProblemsInBothThemes, startBrowser } from '../support/browser.ts';

// axe looks at each of 300 pods, twice, perhaps on a busy machine.
jest.setTimeout(180_000);
const describeInBrowser = isChromiumThere ? describe : describe.skip;

describeInBrowser(inBrowser('the page'), () => {
  let browser: Browser;
  const english = { locale: 'en-GB' } as const;
  const korean = { locale: 'ko-KR' } as const;

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

  test.each([
    [english, 'Is it running? npm run up starts it.'],
    [korean, '실행 중인지 확인해 보자. npm run up을 실행하면 시작된다.'],
  ])('says what to do without a cluster: %j', async (language, text) => {
    await using opened = await openState(browser, 'no-cluster', language);
    expect(await opened.page.locator('.headline').innerText()).toContain(text);
  });

  test('counts as connected only when it shows the shop, however slowly that comes', async () => {
    await using opened = await openState(browser, 'no-cluster', english);
    const page = await opened.page.context().newPage();
    await page.addInitScript(`EventSource = class extends EventSource {
      addEventListener(type, listener) {
        super.addEventListener(type, type === 'message' ? (event) => setTimeout(listener, 1_000, event) : listener);
      }
    }`);
    await page.goto(opened.board.url);
    await page.locator('main:not(.stale)').waitFor();
    expect(await page.locator('.headline').innerText()).toContain('The shop cannot be seen.');
  });

  test.each([
    [english, 'it did not print what is expected; the first line missing is: Running'],
    [korean, '예상한 출력이 나오지 않았다. 처음으로 빠진 줄: Running'],
  ])('says why a lesson failed: %j', async (language, text) => {
    await using opened = await openState(browser, 'lesson', language);
    expect(await opened.page.locator('.runs .problem').innerText()).toContain(text);
  });

  test('says that the board is gone, and keeps what was known', async () => {
    await using opened = await openState(browser, 'no-board', english);
    await opened.page.getByRole('alert').waitFor({ timeout: 30_000 });
    expect(await opened.page.locator('.card').count()).toBeGreaterThan(5);
  });

  test.each([
    [english, 'Not all of it could be undone; npm run board -- --undo tries again:'],
    [korean, '모두 되돌리지는 못했다. npm run board -- --undo를 실행하면 다시 시도한다.'],
  ])('says what could not be undone: %j', async (language, text) => {
    await using opened = await openState(browser, 'all-broken', language);
    const said = await opened.page.locator('.faults .problem').innerText();
    expect(said).toContain(text);
    expect(said).toContain('the 2 pods of deployment/user: Forbidden');
  });
});
