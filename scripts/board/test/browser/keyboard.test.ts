/** The whole page without a mouse: where the keyboard is can be seen all the time, and everything is within its reach. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Browser, Locator, Page } from 'playwright-core';
import { eventually } from '@shop/testing/eventually';
import { inBrowser, isChromiumThere, seriousProblemsInBothThemes, startBrowser } from '../support/browser.ts';
import { startLaptopShop, type LaptopShop } from '../support/laptop-shop.ts';

jest.setTimeout(120_000);
const describeInBrowser = isChromiumThere ? describe : describe.skip;

/** In the page: what the keyboard is at, and what is wrong with how that is shown. */
const lookAtFocus = `(() => {
  const element = document.activeElement;
  if (!element || element === document.body) return { name: 'nothing', problem: 'the focus is lost' };
  const name = element.outerHTML.slice(0, 120);
  const { left, top, right, bottom, width, height } = element.getBoundingClientRect();
  const style = getComputedStyle(element);
  const isShown = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  if (!isShown) return { name, problem: 'it cannot be seen' };
  if (width < 8 || height < 8) return { name, problem: 'it is too small to be seen' };
  if (bottom <= 0 || right <= 0 || top >= innerHeight || left >= innerWidth)
    return { name, problem: 'it is out of sight' };
  const x = Math.min(Math.max((left + right) / 2, 1), innerWidth - 1);
  const y = Math.min(Math.max((top + bottom) / 2, 1), innerHeight - 1);
  const there = document.elementFromPoint(x, y);
  const isCovered = there !== null && !element.contains(there) && !there.contains(element);
  return isCovered ? { name, problem: 'it is behind ' + there.outerHTML.slice(0, 80) } : { name };
})()`;

const isFocused = async (what: Locator): Promise<boolean> =>
  (await what.and(what.page().locator(':focus')).count()) === 1;

describeInBrowser(inBrowser('by keyboard alone'), () => {
  let shop: LaptopShop;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    shop = await startLaptopShop();
    browser = await startBrowser();
    const size = { width: 1280, height: 720 };
    page = await browser.newPage({ viewport: size, locale: 'en-GB', reducedMotion: 'reduce' });
    await page.goto(shop.url);
    await page.getByRole('heading', { level: 1, name: 'The shop works.' }).waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await shop?.[Symbol.asyncDispose]();
  });

  /** @returns the beginning of its HTML. */
  async function focusIsSeen(): Promise<string> {
    const { name, problem } = await page.evaluate<{ name: string; problem?: string }>(lookAtFocus);
    expect({ name, problem }).toEqual({ name, problem: undefined });
    return name;
  }
  const press = async (key: string) => {
    await page.keyboard.press(key);
    await focusIsSeen();
  };

  /** Goes on by Tab until it is there; once past the end of the page, where the browser's own controls come. */
  async function goTo(what: Locator, key = 'Tab'): Promise<void> {
    let ends = 0;
    for (let stops = 0; stops < 150; stops += 1) {
      if (await isFocused(what)) return;
      await page.keyboard.press(key);
      const isInPage = (await page.locator(':focus').count()) > 0;
      if (isInPage) await focusIsSeen();
      else ends += 1;
      expect(ends).toBeLessThanOrEqual(1);
    }
    throw new Error(`the keyboard does not come to ${what.toString()}`);
  }
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const faultButton = (name: string) =>
    page.locator('.faults li').filter({ hasText: name }).getByRole('button');

  test('everything that can be used is met once, in the order of the page, and nothing holds the keyboard', async () => {
    const usable = await page
      .locator('a[href], button:not([disabled]), input, select, summary, [tabindex="0"]')
      .filter({ visible: true })
      .count();
    const met = new Set<string>();
    for (let stops = 0; stops < usable; stops += 1) {
      await press('Tab');
      met.add(await page.evaluate<string>(pathOfFocus));
    }
    expect(met.size).toBe(usable);
  });

  test('the first stop leads past the header, on each page', async () => {
    for (const hash of ['', '#lessons']) {
      await page.goto(new URL(`/${hash}`, page.url()).href);
      await page.reload();
      await page.locator('main:not(.stale)').waitFor();
      await press('Tab');
      expect(await isFocused(page.locator('.skip'))).toBe(true);
      await press('Enter');
      expect(await isFocused(page.locator('main'))).toBe(true);
      expect(new URL(page.url()).hash).toBe(hash);
    }
  });

  test('a fault is started and stopped, and the keyboard stays at its button', async () => {
    await page.goto(new URL('/', page.url()).href);
    const stopUser = faultButton('Stop user');
    await goTo(stopUser);
    await press('Enter');
    await eventually('user is stopped', async () => (await shop.stateOf('user')) === 'stopped');
    await page.getByRole('heading', { level: 1, name: 'The shop works, with a fallback.' }).waitFor();
    expect(await isFocused(stopUser)).toBe(true);
    expect(await seriousProblemsInBothThemes(page)).toEqual([]);
    await goTo(stopUser);
    await press('Space');
    await focusIsSeen();
    await eventually('user is back', async () => (await shop.stateOf('user')) === 'ready', {
      withinMs: 30_000,
    });
    await focusIsSeen();
    expect(await isFocused(stopUser)).toBe(true);
    await page.getByRole('heading', { level: 1, name: 'The shop works.' }).waitFor();
  });

  test('one that cannot be stopped leaves the keyboard where it is, too', async () => {
    const crash = faultButton('Crash product');
    await goTo(crash);
    await press('Enter');
    await page.locator('.faults li').filter({ hasText: 'Crash product' }).locator('.verdict').waitFor();
    await focusIsSeen();
    expect(await isFocused(crash)).toBe(true);
    await page.getByRole('heading', { level: 1, name: 'The shop works.' }).waitFor();
  });

  test('a request is sent, and its log lines are opened', async () => {
    const send = page.locator('.request button');
    await goTo(send);
    await press('Enter');
    await page.locator('.waterfall').waitFor();
    expect(await isFocused(send)).toBe(true);
    await goTo(page.locator('.request summary'));
    await press('Enter');
    expect(await page.locator('.request details').getAttribute('open')).not.toBeNull();
    expect(await seriousProblemsInBothThemes(page)).toEqual([]);
  });

  test('the traffic is switched off and on, and its rate changed', async () => {
    await goTo(page.getByRole('switch'));
    await press('Space');
    await page.getByText('no traffic').first().waitFor();
    await press('Space');
    await goTo(page.getByRole('slider'));
    // The first of the requests takes long, and the page may not send the others before it is over.
    const arrived: unknown[] = [];
    await page.route('**/api/traffic', async (route) => {
      const { perSecond } = route.request().postDataJSON() as { readonly perSecond: number };
      if (perSecond === 0) await delay(500);
      await route.fulfill({ response: await route.fetch() });
      arrived.push(perSecond);
    });
    await press('Home');
    await press('ArrowRight');
    await page.locator('.controls output', { hasText: /^1\/s$/ }).waitFor();
    await press('End');
    // The page follows the board, which may answer to the first key after the last one.
    await eventually('the rate is 50', async () => {
      expect(await page.getByRole('slider').inputValue()).toBe('50');
      expect(arrived).toEqual([0, 1, 50]);
      return true;
    });
    await page.unroute('**/api/traffic');
  });

  test('a lesson is opened and read, and the next one', async () => {
    await goTo(page.getByRole('link', { name: 'Lessons', exact: true }));
    await press('Enter');
    const first = page.locator('.lessons nav li a').first();
    await first.waitFor();
    await goTo(first);
    await press('Enter');
    const article = page.locator('.lesson');
    await eventually('the keyboard is in the page that was opened', () => isFocused(article));
    await focusIsSeen();
    const title = await article.getAttribute('aria-label');
    await goTo(page.locator('.neighbours a').last());
    await press('Enter');
    await eventually(
      'the next one is opened',
      async () => (await article.getAttribute('aria-label')) !== title,
    );
    await eventually('the keyboard is there', () => isFocused(article));
    await focusIsSeen();
    expect(await seriousProblemsInBothThemes(page)).toEqual([]);
  });

  test('language and theme are changed', async () => {
    await goTo(button('한국어'), 'Shift+Tab');
    await press('Enter');
    expect(await page.locator('html').getAttribute('lang')).toBe('ko');
    expect(await isFocused(button('English'))).toBe(true);
    await press('Enter');
    await goTo(page.getByRole('combobox'), 'Shift+Tab');
    for (const [key, theme] of [
      ['ArrowDown', 'light'],
      ['ArrowDown', 'dark'],
    ] as const) {
      await press(key);
      await page.locator(`html[data-theme="${theme}"]`).waitFor();
    }
  });
});

/** In the page: which element it is. */
const pathOfFocus = `(() => {
  const path = [];
  for (let one = document.activeElement; one && one.parentElement; one = one.parentElement)
    path.unshift([...one.parentElement.children].indexOf(one));
  return path.join('/');
})()`;
