/** The built site in a browser, as a reader has it: at two widths, in both languages, and without a network. */
import { existsSync } from 'node:fs';
import type { Server } from 'node:http';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import axe, { type AxeResults } from 'axe-core';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { findChromium, howToGetChromium } from '@shop/testing/chromium';
import { requiresProgram } from '@shop/testing/programs';
import { readLesson } from '../../lessons/runner/library.ts';
import { serve } from '../src/server.ts';

const output = fileURLToPath(new URL('../dist/', import.meta.url));
const root = fileURLToPath(new URL('../../', import.meta.url));
const executablePath = findChromium(process.env);
const isThere = executablePath !== undefined || requiresProgram('chromium', process.env);
const describeInBrowser = isThere ? describe : describe.skip;

const sizes = [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
] as const;

async function search(page: Page, query: string): Promise<string[]> {
  await page.locator('.VPNavBarSearch button').first().click();
  await page.locator('#localsearch-input').fill(query);
  await page.locator('.VPLocalSearchBox .result').first().waitFor();
  return page.locator('.VPLocalSearchBox .result').allInnerTexts();
}

const isTooWide = (page: Page): Promise<boolean> =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth + 1);

describeInBrowser(`the site in a browser${isThere ? '' : ` (${howToGetChromium})`}`, () => {
  let server: Server;
  let url: string;
  let browser: Browser;

  beforeAll(async () => {
    if (!existsSync(output)) throw new Error('There is no site/dist: npm run site -- --build makes it');
    ({ server, url } = await serve(output, 0));
    if (executablePath === undefined) throw new Error(howToGetChromium);
    // As root, which containers often are, Chromium needs the option that there is no sandbox.
    const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    browser = await chromium.launch({ executablePath, args: sandbox });
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  /** A new visitor; what the page complains about and which servers it turned to are collected. */
  async function visit(path: string, viewport: { width: number; height: number }, context?: BrowserContext) {
    const own = context ?? (await browser.newContext({ viewport, reducedMotion: 'reduce' }));
    const page = await own.newPage();
    const hosts = new Set<string>();
    const complaints: string[] = [];
    page.on('request', (request) => void hosts.add(new URL(request.url()).origin));
    page.on('pageerror', (error) => void complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    await page.goto(new URL(path, url).href, { waitUntil: 'networkidle' });
    return { page, hosts, complaints, context: own };
  }

  describe.each(sizes.map((size) => [size.width, size] as const))('%d px', (_width, size) => {
    test.each([
      ['/', 'Kubernetes'],
      ['/ko/', '쿠버네티스'],
      ['/lessons/', 'Lessons'],
      ['/ko/lessons/', '수업'],
      ['/lessons/41-netpol/', 'NetworkPolicy'],
      ['/ko/lessons/41-netpol/', '네트워크 정책'],
      ['/challenges/', 'Challenges'],
      ['/ko/challenges/', '챌린지'],
      ['/docs/decisions/', 'Decisions'],
      ['/lessons/claims', 'Claims'],
    ])('%s is shown, in its width, from its own server', async (path, title) => {
      const { page, hosts, complaints, context } = await visit(path, size);
      expect(await page.locator('h1').first().innerText()).toContain(title);
      expect(await isTooWide(page)).toBe(false);
      expect([...hosts]).toEqual([new URL(url).origin]);
      expect(complaints).toEqual([]);
      await context.close();
    });

    test.each([
      ['/', 'taint', /taint/i],
      ['/lessons/', 'affinity', /affinity/i],
      ['/ko/', '어피니티', /어피니티/],
      ['/ko/lessons/', 'taint', /테인트|taint/i],
    ])('the search of %s finds %s', async (path, query, expected) => {
      const { page, complaints, context } = await visit(path, size);
      const results = await search(page, query);
      expect(results.join('\n')).toMatch(expected);
      await page.locator('.VPLocalSearchBox .result').first().click();
      // The search began on a page that has the same parts.
      await page.waitForURL((to) => to.pathname !== path);
      await page.locator('.VPDoc h1').waitFor();
      expect(await page.locator('.VPDoc').innerText()).toMatch(expected);
      expect(complaints).toEqual([]);
      await context.close();
    });

    test('a lesson that is done stays done, in this browser alone', async () => {
      const { page, context } = await visit('/lessons/02-pod/', size);
      await page.locator('.lesson-done').click();
      const again = await visit('/ko/lessons/', size, context);
      await again.page.locator('.course li.done').waitFor();
      expect(await again.page.locator('.course li.done').allInnerTexts()).toEqual(['파드']);
      const other = await visit('/lessons/', size);
      expect(await other.page.locator('.course li.done').count()).toBe(0);
      await context.close();
      await other.context.close();
    });
  });

  const desktop = sizes[0];

  test.each([
    ['02-pod', ''],
    ['41-netpol', 'ko/'],
    ['12-statefulset', ''],
    ['24-canary', 'ko/'],
    ['44-breaker', ''],
  ])(
    'each block of commands of %s is copied as the runner runs it, and output is not',
    async (lesson, ko) => {
      const { page, context } = await visit(`/${ko}lessons/${lesson}/`, desktop);
      await context.grantPermissions(['clipboard-read', 'clipboard-write']);
      const copied: string[] = [];
      for (const block of await page.locator('.vp-doc .language-bash').all()) {
        await page.evaluate(() => navigator.clipboard.writeText(''));
        await block.hover();
        await block.locator('button.copy').click();
        // The button's own mark may have vanished again before a busy machine looks for it.
        await page.waitForFunction(async () => (await navigator.clipboard.readText()) !== '');
        copied.push(await page.evaluate(() => navigator.clipboard.readText()));
      }
      const { steps } = readLesson(root, `lessons/${lesson}/README.md`);
      expect(copied).toEqual(steps.map(({ script }) => script));
      expect(await page.locator('.language-output button.copy').first().isVisible()).toBe(false);
      await context.close();
    },
  );

  test('one lesson leads to the next one of the path, and to its manifests', async () => {
    const { page, context } = await visit('/lessons/02-pod/', desktop);
    expect(await page.locator('.pager-link.prev .title').innerText()).toMatch(/Container|machine/);
    await page.locator('.vp-doc a', { hasText: 'pair.yaml' }).first().click();
    await page.locator('h1', { hasText: 'pair.yaml' }).waitFor();
    expect(await page.locator('.vp-doc .language-yaml').innerText()).toContain('kind: Pod');
    await context.close();
  });

  test('a reader changes to the other language on the same page', async () => {
    const { page, context } = await visit('/lessons/02-pod/', desktop);
    await page.locator('.VPNavTranslations button').hover();
    await page.locator('.VPNavTranslations a', { hasText: '한국어' }).click();
    await page.locator('h1', { hasText: '파드' }).waitFor();
    expect(new URL(page.url()).pathname).toMatch(/^\/ko\/lessons\/02-pod\/(?:index\.html)?$/);
    await context.close();
  });

  describe.each(['light', 'dark'] as const)('in the %s', (colorScheme) => {
    test.each(['/', '/lessons/', '/ko/lessons/02-pod/', '/challenges/'])(
      'no serious problem of accessibility on %s',
      async (path) => {
        const context = await browser.newContext({ viewport: desktop, colorScheme, reducedMotion: 'reduce' });
        const { page } = await visit(path, desktop, context);
        await page.evaluate(axe.source);
        const { violations } = await page.evaluate(
          // Runs in the page, where axe is a global. Code has the colours of its theme.
          () =>
            (
              globalThis as unknown as { axe: { run(what: object, options: object): Promise<AxeResults> } }
            ).axe.run({ exclude: ['.shiki'] }, { resultTypes: ['violations'] }),
        );
        const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
        expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual(
          [],
        );
        await context.close();
      },
      180_000,
    );
  });

  test('from a folder its text is readable, its styles are there, and its links lead on', async () => {
    const context = await browser.newContext({ viewport: desktop });
    const page = await context.newPage();
    await page.goto(pathToFileURL(`${output}ko/lessons/02-pod/index.html`).href);
    await page.locator('.folder-note').waitFor();
    const size = await page.locator('h1').evaluate((heading) => getComputedStyle(heading).fontSize);
    expect(Number.parseFloat(size)).toBeGreaterThan(24);
    await page.locator('.vp-doc a', { hasText: 'pair.yaml' }).first().click();
    await page.locator('h1', { hasText: 'pair.yaml' }).waitFor();
    await context.close();
  });
});
