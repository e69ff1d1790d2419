/** The page in the states that a shop which works does not come to: nothing keeps users out, in either theme. */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { readRecording, replay, Scene, startBoard, type Board } from '@shop/board';
import { inBrowser, isChromiumThere, seriousProblemsInBothThemes, startBrowser } from './support/browser.ts';

jest.setTimeout(60_000);
const describeInBrowser = isChromiumThere ? describe : describe.skip;
const recording = fileURLToPath(new URL('../../../docs/board/pod-deleted.ndjson', import.meta.url));

async function recorded(): Promise<Scene> {
  const scene = new Scene();
  const { signal } = new AbortController();
  await replay(await readRecording(recording), scene, { speed: Infinity, signal });
  return scene;
}

describeInBrowser(inBrowser('the page has no serious barrier'), () => {
  let browser: Browser;
  const boards: Board[] = [];

  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    for (const board of boards) await board.close();
  });

  async function show(scene: Scene): Promise<{ board: Board; page: Page }> {
    const board = await startBoard({ port: 0, token: 't', scene });
    boards.push(board);
    const page = await browser.newPage({ locale: 'en-GB', reducedMotion: 'reduce' });
    await page.goto(board.url);
    await page.locator('main:not(.stale)').waitFor();
    return { board, page };
  }

  test('of a recording, whose faults cannot be started but can be read', async () => {
    const { page } = await show(await recorded());
    await page.locator('.card').first().waitFor();
    const buttons = page.locator('.faults button');
    expect(await buttons.count()).toBeGreaterThan(5);
    expect(await buttons.first().getAttribute('aria-disabled')).toBe('true');
    expect(await seriousProblemsInBothThemes(page)).toEqual([]);
  });

  test('without a cluster', async () => {
    const scene = new Scene();
    const problem =
      'The cluster kind-shop does not answer: connect ECONNREFUSED 127.0.0.1:6443. Start it: npm run up';
    scene.put({ kind: 'target', id: 'target', platform: 'kind', name: 'kind-shop', state: 'lost', problem });
    scene.flush();
    const { page } = await show(scene);
    await page.getByText(problem).waitFor();
    expect(await seriousProblemsInBothThemes(page)).toEqual([]);
  });

  test('when the connection to the board is lost, with what was known before', async () => {
    const { board, page } = await show(await recorded());
    await page.locator('.card').first().waitFor();
    boards.splice(boards.indexOf(board), 1);
    await board.close();
    await page.getByRole('alert').waitFor({ timeout: 30_000 });
    await page.locator('main.stale').waitFor();
    expect(await seriousProblemsInBothThemes(page)).toEqual([]);
  });

  test('while a fault is there that a board before has left, and after it could not be undone', async () => {
    const scene = await recorded();
    const fault = scene.all('fault')[0];
    if (!fault) throw new Error('the recording has no faults');
    for (const change of [
      { state: 'undoing' },
      { state: 'failed', problem: 'Not all of it could be undone; npm run board -- --undo tries again' },
    ] as const) {
      scene.put({ ...fault, ...change });
      scene.flush();
      const { page } = await show(scene);
      await page.locator('.card').first().waitFor();
      expect(await seriousProblemsInBothThemes(page)).toEqual([]);
      await page.close();
    }
  });
});
