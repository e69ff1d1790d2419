import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import type { Waterfall } from '@shop/board';
import { eventually } from '@shop/testing/eventually';
import { inBrowser, isChromiumThere, seriousProblems, startBrowser } from '../support/browser.ts';
import { startLaptopShop, type LaptopShop } from '../support/laptop-shop.ts';
import { readyByScene, readyBySupervisor } from '../support/readiness.ts';
import { agreesWithItsLines, isInOrder } from '../support/waterfall.ts';

jest.setTimeout(60_000);
const describeInBrowser = isChromiumThere ? describe : describe.skip;
const way = ['front-door', 'product', 'product-ambassador', 'user'];

describeInBrowser(inBrowser('the board in a browser'), () => {
  let shop: LaptopShop;
  let browser: Browser;
  let page: Page;
  let url: string;
  const hosts = new Set<string>();
  const complaints: string[] = [];

  beforeAll(async () => {
    shop = await startLaptopShop();
    browser = await startBrowser();
    url = shop.url;
    // Colours that change slowly have less contrast on their way.
    const reducedMotion = 'reduce';
    page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: 'en-GB', reducedMotion });
    page.on('request', (request) => void hosts.add(new URL(request.url()).host));
    page.on('pageerror', (error) => void complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
  });
  afterAll(async () => {
    await browser?.close();
    await shop?.[Symbol.asyncDispose]();
  });

  const sees = (text: string | RegExp, timeout = 20_000) =>
    page.getByText(text).filter({ visible: true }).first().waitFor({ timeout });
  const headline = (text: string) =>
    page.getByRole('heading', { level: 1, name: text }).waitFor({ timeout: 20_000 });
  const faultButton = (name: string) =>
    page.locator('.faults li').filter({ hasText: name }).getByRole('button');

  const stateOf = (program: string) => shop.stateOf(program);

  /** As the page does. */
  const requestOne = () =>
    page.evaluate<Waterfall>(`fetch('/api/request', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    }).then((response) => response.json())`);
  const expectItsWay = async () => {
    const sent = await eventually('the hops of a request begin one after the other', async () => {
      const waterfall = await requestOne();
      return isInOrder(waterfall, way) && waterfall;
    });
    agreesWithItsLines(sent, way);
  };

  test('shows the processes; a stopped user is seen as an open breaker and fallbacks, and its return as well', async () => {
    await page.goto(url);
    await headline('The shop works.');
    expect(page.url()).not.toContain('token');
    for (const name of ['front-door', 'product', 'user'])
      expect(await page.locator('.card').filter({ hasText: name }).count()).toBeGreaterThan(0);

    // With few requests the breaker stays closed: each is tried twice.
    await page.getByRole('slider').fill('1');
    await faultButton('Stop user').click();
    await eventually('user is stopped', async () => (await stateOf('user')) === 'stopped');
    await page.getByRole('button', { name: 'Send one request' }).click();
    await sees('200: the product, with a fallback for its seller');
    for (const row of ['product-ambassador', 'attempt', 'retry'])
      await page.locator('.waterfall th').getByText(row, { exact: true }).first().waitFor();
    await sees('breaker closed · fallback: it cannot be reached');
    await expectItsWay();
    await faultButton('Stop user').click();
    await eventually('user is back', async () => (await stateOf('user')) === 'ready', { withinMs: 20_000 });
    await headline('The shop works.');

    await page.getByRole('slider').fill('50');
    // By keyboard, as everything has to work.
    await faultButton('Stop user').focus();
    await page.keyboard.press('Enter');
    await headline('The shop works, with a fallback.');
    await sees('the breaker is open');
    await page.locator('.guard.open').waitFor();
    expect(await seriousProblems(page)).toEqual([]);

    await page.getByRole('button', { name: 'Send one request' }).click();
    await sees('200: the product, with a fallback for its seller');
    await page.locator('.waterfall tbody tr').nth(1).waitFor();

    await faultButton('Stop user').click();
    await sees(/Clients saw \d+ live, [1-9]\d* fallback, 0 failed/, 60_000);
    await page.locator('.verdict li.holds').filter({ hasText: 'No requests fail (none)' }).waitFor();
    expect(await page.locator('.verdict li.unknown').count()).toBe(0);
    expect(await seriousProblems(page)).toEqual([]);
    await expectItsWay();
    await headline('The shop works.');
    expect(await page.locator('.guard.open').count()).toBe(0);
    await sees('Breaker product → user closes');
  });

  test('shows that processes are ready within a second, by the times of the supervisor’s notices and of the scene', async () => {
    const watching = new AbortController();
    const supervisor = readyBySupervisor(shop.dataDir, watching.signal);
    const scene = await readyByScene(url, watching.signal);
    try {
      const programs = ['front-door', 'product', 'product-ambassador', 'user', 'user-ambassador'];
      await eventually('both are watched', () =>
        [supervisor, scene].every(({ size }) => size === programs.length),
      );
      const before = new Set(supervisor.keys());
      await Promise.all(programs.map((program) => shop.kill(program)));
      await eventually(
        'all are ready again',
        () => [supervisor, scene].every(({ size }) => size === 2 * programs.length),
        { withinMs: 30_000 },
      );
      for (const [pid, at] of supervisor) {
        if (before.has(pid)) continue;
        expect((scene.get(pid) ?? Infinity) - at).toBeLessThan(1_000);
        await page
          .locator('.parts li.ready')
          .filter({ hasText: `process ${pid}` })
          .waitFor();
      }
      await headline('The shop works.');
    } finally {
      watching.abort();
    }
  });

  test('has no serious barrier, in Korean and in the dark either, and fits a telephone', async () => {
    await page.getByRole('button', { name: '한국어' }).click();
    await headline('쇼핑몰이 정상이다.');
    await page.getByRole('combobox').selectOption('dark');
    expect(await seriousProblems(page)).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
    expect(overflow).toBeLessThanOrEqual(0);
    expect(await seriousProblems(page)).toEqual([]);
  });

  test('undoes what it has broken once it is closed', async () => {
    const other = await browser.newPage({ locale: 'en-GB' });
    await other.goto(url);
    await other.locator('.faults li').filter({ hasText: 'Stop user' }).first().getByRole('button').click();
    await eventually('user is stopped', async () => (await stateOf('user')) === 'stopped');
    await page.goto('about:blank');
    expect(await stateOf('user')).toBe('stopped');
    await other.close();
    await eventually('user is started again', async () => (await stateOf('user')) === 'ready', {
      withinMs: 30_000,
    });
  });

  test('sends requests to no other host, and its policy forbids nothing that it does', () => {
    expect([...hosts]).toEqual([new URL(url).host]);
    expect(complaints).toEqual([]);
  });
});
