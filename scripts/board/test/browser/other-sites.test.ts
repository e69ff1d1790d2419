/** Pages of others in the browser in which the board is open: they can neither read nor do anything. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Browser, BrowserContext, Frame } from 'playwright-core';
import { Faults, Scene, startBoard, type Board } from '@shop/board';
import { eventually } from '@shop/testing/eventually';
import { lastingFault } from '../../../../apps/board/test/support/lasting-fault.ts';
import { inBrowser, isChromiumThere, startBrowser } from '../support/browser.ts';

jest.setTimeout(60_000);
const describeInBrowser = isChromiumThere ? describe : describe.skip;

/** In a page: tries all that a page can. @returns what came of each: the status, or `refused`. */
const attempts = `async (board) => {
  const credentials = 'include';
  const headers = { 'content-type': 'application/json' };
  const start = board + '/api/faults/stop-user/start';
  const loaded = (element, source) =>
    new Promise((resolve, reject) => {
      Object.assign(element, { onload: () => resolve('loaded'), onerror: reject, ...source });
      document.body.append(element);
    });
  const all = {
    events: async () => (await fetch(board + '/api/events', { credentials })).status,
    lessons: async () => (await fetch(board + '/api/lessons', { credentials })).status,
    start: async () => (await fetch(start, { method: 'POST', credentials, headers, body: '{}' })).status,
    startWithoutPreflight: async () =>
      (await fetch(start, { method: 'POST', mode: 'no-cors', credentials, body: '{}' })).status,
    websocket: () =>
      new Promise((resolve, reject) => {
        const socket = new WebSocket(board.replace('http', 'ws') + '/api/events');
        Object.assign(socket, { onopen: () => resolve('open'), onerror: reject });
      }),
    image: () => loaded(document.createElement('img'), { src: board + '/icon.svg' }),
    script: () => loaded(document.createElement('script'), { src: board + '/api/lessons' }),
    style: () => loaded(document.createElement('link'), { rel: 'stylesheet', href: board + '/' }),
    form: async () => {
      const frame = document.createElement('iframe');
      frame.name = 'result';
      document.body.append(frame);
      const form = document.createElement('form');
      Object.assign(form, { method: 'post', enctype: 'text/plain', action: start, target: 'result' });
      document.body.append(form);
      form.submit();
      await new Promise((resolve) => (frame.onload = resolve));
      return 'sent';
    },
  };
  const results = Object.entries(all).map(async ([name, work]) => {
    try {
      return [name, await work()];
    } catch {
      return [name, 'refused'];
    }
  });
  return Object.fromEntries(await Promise.all(results));
}`;
/** The browser shows the frame of the form its refusal; the page cannot read that. */
const nothing = {
  events: 'refused',
  lessons: 'refused',
  start: 'refused',
  startWithoutPreflight: 'refused',
  websocket: 'refused',
  image: 'refused',
  script: 'refused',
  style: 'refused',
  form: 'sent',
};

describeInBrowser(inBrowser('a page of another site'), () => {
  const started: string[] = [];
  const fault = lastingFault('stop-user', (name) => void started.push(name));
  const other = http.createServer((request, response) => {
    response.setHeader('content-type', 'text/html');
    const isFramed = request.url === '/framed';
    response.end(isFramed ? '<iframe sandbox="allow-scripts allow-forms" src="/"></iframe>' : '<p>other</p>');
  });
  let otherOrigin: string;
  let board: Board;
  let browser: Browser;
  let context: BrowserContext;
  let boardOrigin: string;

  beforeAll(async () => {
    const scene = new Scene();
    const faults = new Faults(scene, [fault], { since: () => [], keep: () => undefined });
    board = await startBoard({ port: 0, token: 't', scene, faults });
    boardOrigin = new URL(board.url).origin;
    await new Promise<void>((resolve) => void other.listen(0, '127.0.0.1', resolve));
    // Another port of the same host is the same site: the browser sends the board's cookie with its requests.
    otherOrigin = `http://localhost:${(other.address() as AddressInfo).port}`;
    browser = await startBrowser();
    context = await browser.newContext();
    await (await context.newPage()).goto(board.url);
  });
  afterAll(async () => {
    await browser?.close();
    await board?.close();
    other.closeAllConnections();
    other.close();
  });

  /** @returns what the board has responded to the page and its frames. */
  async function open(path: string) {
    const page = await context.newPage();
    const statuses: number[] = [];
    page.on('response', (response) => {
      if (response.url().startsWith(boardOrigin)) statuses.push(response.status());
    });
    await page.goto(`${otherOrigin}${path}`);
    return { page, statuses };
  }
  const attempt = (frame: Frame) => frame.evaluate<unknown>(`(${attempts})(${JSON.stringify(boardOrigin)})`);

  test.each([
    ['on another port', '/'],
    ['in a sandboxed frame', '/framed'],
  ])('%s can neither read nor do anything', async (_where, path) => {
    const { page, statuses } = await open(path);
    const frame = page.frames().at(-1) ?? page.mainFrame();
    expect(frame === page.mainFrame()).toBe(path === '/');
    expect(await attempt(frame)).toEqual(nothing);
    expect(statuses).not.toEqual([]);
    for (const status of statuses) expect(status).toBeGreaterThanOrEqual(400);
    expect(started).toEqual([]);
  });

  test('cannot show the board in a frame', async () => {
    const { page, statuses } = await open('/');
    await page.evaluate(
      `document.body.append(Object.assign(document.createElement('iframe'), { src: '${boardOrigin}/' }))`,
    );
    await eventually('it is refused', () => statuses.includes(403));
    expect(await page.locator('iframe').contentFrame().locator('main').count()).toBe(0);
  });

  test('is refused what the board’s own page may do', async () => {
    const page = await context.newPage();
    await page.goto(boardOrigin);
    const status = await page.evaluate(
      `fetch('/api/faults/stop-user/start', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }).then(({ status }) => status)`,
    );
    expect({ status, started }).toEqual({ status: 204, started: ['stop-user'] });
  });
});
