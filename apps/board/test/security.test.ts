import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Faults } from '../src/faults/faults.ts';
import { Scene } from '../src/scene/scene.ts';
import { startBoard, type Board } from '../src/server/create-board.ts';
import { FakeTraffic } from './support/fake-traffic.ts';
import { lastingFault } from './support/lasting-fault.ts';
import { fakePage } from './support/page.ts';

const token = 'the-token';
let page: ReturnType<typeof fakePage>;
let board: Board;
let cookie: string;
const started: string[] = [];
const lasting = lastingFault('stop-user', (name) => void started.push(name));

const lessons = async () => ({ list: () => [], page: () => undefined });

beforeAll(async () => {
  page = fakePage();
  const scene = new Scene();
  const faults = new Faults(scene, [lasting], new FakeTraffic());
  board = await startBoard({ port: 0, token, pageFolder: page.folder, scene, faults, lessons });
  const entered = await ask('GET', `/?token=${token}`);
  cookie = (entered.headers['set-cookie'] ?? '').split(';')[0] ?? '';
});
afterAll(async () => {
  await board.close();
  page[Symbol.dispose]();
});

interface Response {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends raw bytes, so that no client normalises the path or sets a header. */
async function ask(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body = '',
): Promise<Response> {
  const socket = connect(board.port, '127.0.0.1');
  const all = { host: `localhost:${board.port}`, connection: 'close', ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  const length = body === '' && method !== 'POST' ? [] : [`content-length: ${Buffer.byteLength(body)}`];
  socket.write([`${method} ${path} HTTP/1.1`, ...lines, ...length, '', body].join('\r\n'));
  const answer = await text(socket);
  const [head = '', ...rest] = answer.split('\r\n\r\n');
  const [status = '', ...fields] = head.split('\r\n');
  return {
    status: Number(status.split(' ')[1]),
    headers: Object.fromEntries(
      fields.map((field) => [
        field.slice(0, field.indexOf(':')).toLowerCase(),
        field.slice(field.indexOf(':') + 1).trim(),
      ]),
    ),
    body: rest.join('\r\n\r\n'),
  };
}

const own = () => ({ cookie, origin: `http://localhost:${board.port}` });
const json = { 'content-type': 'application/json' };

describe('the token', () => {
  test('opens the board once, and becomes a cookie that other sites and scripts cannot use', async () => {
    const { status, headers } = await ask('GET', `/?token=${token}`);
    expect(status).toBe(303);
    expect(headers['location']).toBe('/');
    expect(headers['set-cookie']).toMatch(/^board-\d+=[\w-]{32}; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(headers['set-cookie']).not.toContain(token);
  });

  test.each(['/', '/api/events', '/api/lessons', '/assets/index-1.js', '/none'])(
    'without it or its cookie %s is refused',
    async (path) => {
      expect((await ask('GET', path)).status).toBe(401);
      expect((await ask('GET', path, { cookie: `board-${board.port}=x` })).status).toBe(401);
      expect((await ask('GET', path, { cookie: cookie.replace(/^board-\d+/, 'board-1') })).status).toBe(401);
    },
  );

  test.each(['/?token=', '/?token=wrong', '/?token=the-token0', '/?token=the-toke'])(
    '%s is refused',
    async (path) => {
      expect((await ask('GET', path)).status).toBe(401);
      expect((await ask('GET', path, { cookie })).status).toBe(401);
    },
  );

  test('a person sees what to do, in both languages', async () => {
    const { body, headers } = await ask('GET', '/', { accept: 'text/html' });
    expect(headers['content-type']).toContain('text/html');
    expect(body).toContain('npm run shop -- status');
    expect(body).toContain('lang="ko"');
  });
});

describe('where a request comes from', () => {
  test.each(['evil.example', 'localhost', 'localhost:1', '127.0.0.1.nip.io:80', '[::1]:80', ''])(
    'Host %j is refused: DNS rebinding',
    async (host) => {
      const { status } = await ask('GET', '/', { host, cookie });
      expect([400, 421]).toContain(status);
    },
  );

  test('127.0.0.1 is as good as localhost', async () => {
    const host = `127.0.0.1:${board.port}`;
    expect((await ask('GET', '/', { host, cookie })).status).toBe(200);
  });

  test.each(['https://evil.example', 'null', 'http://localhost:1', 'http://localhost'])(
    'Origin %j is refused: another page, a sandboxed frame',
    async (origin) => {
      expect((await ask('GET', '/api/lessons', { cookie, origin })).status).toBe(403);
      const post = await ask('POST', '/api/faults/stop-user/start', { cookie, origin, ...json }, '{}');
      expect(post.status).toBe(403);
      expect(started).toEqual([]);
    },
  );

  test('a POST without an Origin is refused', async () => {
    const { status } = await ask('POST', '/api/faults/stop-user/start', { cookie, ...json }, '{}');
    expect(status).toBe(403);
    expect(started).toEqual([]);
  });

  test.each(['cross-site', 'same-site'])('a subresource of a %s page is refused', async (site) => {
    const headers = {
      cookie,
      'sec-fetch-site': site,
      'sec-fetch-mode': 'no-cors',
      'sec-fetch-dest': 'image',
    };
    expect((await ask('GET', '/', headers)).status).toBe(403);
    expect((await ask('GET', '/api/events', headers)).status).toBe(403);
  });

  test('a link of another local page opens the page, and nothing else', async () => {
    const link = {
      cookie,
      'sec-fetch-site': 'same-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
    };
    expect((await ask('GET', '/', link)).status).toBe(200);
    expect((await ask('GET', '/api/lessons', link)).status).toBe(403);
    expect((await ask('GET', '/', { ...link, 'sec-fetch-dest': 'iframe' })).status).toBe(403);
  });

  test('a websocket is not spoken', async () => {
    const upgrade = {
      upgrade: 'websocket',
      connection: 'Upgrade',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      'sec-websocket-version': '13',
      origin: 'https://evil.example',
    };
    const answers = await Promise.all([
      ask('GET', '/api/events', { ...upgrade, connection: 'Upgrade, close' }),
      ask('GET', '/', { ...upgrade, connection: 'Upgrade, close', cookie }),
    ]);
    for (const { status } of answers) expect(status).toBe(403);
  });

  test.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'])('%s is not allowed', async (method) => {
    expect((await ask(method, '/', own())).status).toBe(405);
  });
});

describe('what is served', () => {
  test('the page, with a policy that allows its own files only and nothing inline', async () => {
    const { status, headers, body } = await ask('GET', '/', { cookie });
    expect(status).toBe(200);
    expect(body).toContain('<title>The shop</title>');
    const policy = headers['content-security-policy'] ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*|data:/);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });

  test('refusals carry the policy, too', async () => {
    expect((await ask('GET', '/')).headers['content-security-policy']).toContain("default-src 'none'");
  });

  test.each([
    '/../package.json',
    '/assets/../../../package.json',
    '/%2e%2e/package.json',
    '/..%2fpackage.json',
    '/assets/..\\..\\package.json',
    '//etc/passwd',
    '/secret.txt',
    '/index.html/..',
    '/assets/',
  ])('%s is not a file of the page', async (path) => {
    const { status, body } = await ask('GET', path, { cookie });
    expect([400, 404]).toContain(status);
    expect(body).not.toContain('no file of the page');
    expect(body).not.toContain('"name"');
  });

  test.each(['/api/lessons/none/en', '/api/lessons/..%2f..%2fREADME/en', '/api/lessons/01-container/xx'])(
    '%s: there is no such lesson',
    async (path) => {
      expect((await ask('GET', path, { cookie })).status).toBe(404);
    },
  );

  test.each([
    ['/api/lessons/02-pod/run', '{}', 404],
    ['/api/lessons/..%2f..%2fetc/run', '{}', 404],
    ['/api/lessons/$(reboot)/reset', '{}', 404],
    ['/api/faults/none/start', '{}', 409],
    ['/api/faults/$(reboot)/start', '{}', 409],
    ['/api/faults/stop-user%00/start', '{}', 409],
    ['/api/faults/__proto__/start', '{}', 409],
    ['/api/traffic', '{"on":true,"perSecond":51}', 400],
    ['/api/traffic', '{"on":true,"perSecond":-1}', 400],
    ['/api/traffic', '{"on":true,"perSecond":1.5}', 400],
    ['/api/traffic', '{"on":1,"perSecond":1}', 400],
    ['/api/traffic', 'null', 400],
    ['/api/traffic', '{', 400],
    ['/api/traffic', JSON.stringify({ on: true, perSecond: 1, more: 'x'.repeat(9_000) }), 413],
    ['/api/request', '{}', 409],
  ])('%s with %.40s is %i, without a stack', async (path, body, status) => {
    const answer = await ask('POST', path, { ...own(), ...json }, body);
    expect(answer.status).toBe(status);
    expect(answer.body).not.toMatch(/\bat .*:\d+/);
    expect(started).toEqual([]);
  });

  test('a form of another page cannot be made to look like JSON', async () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
    ]) {
      const answer = await ask(
        'POST',
        '/api/traffic',
        { ...own(), 'content-type': type },
        '{"on":true,"perSecond":1}',
      );
      expect([400, 415]).toContain(answer.status);
    }
  });
});

test('it listens on 127.0.0.1 and on no other address of this machine', async () => {
  const others = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .map(({ address, family, scopeid }) => (family === 'IPv6' && scopeid ? undefined : address))
    .filter((address) => address !== undefined && address !== '127.0.0.1');
  for (const address of others) {
    const refused = await new Promise((resolve) => {
      const socket = connect(board.port, address);
      socket.once('connect', () => resolve(socket.destroy() && false)).once('error', () => resolve(true));
    });
    expect({ address, refused }).toEqual({ address, refused: true });
  }
});

test('the supervisor may check whether it is ready, and learns nothing more', async () => {
  expect(await ask('GET', '/readyz')).toMatchObject({ status: 200, body: 'ready' });
});

test('a named fault is started and undone by the page that has entered', async () => {
  const start = await ask('POST', '/api/faults/stop-user/start', { ...own(), ...json }, '{}');
  expect(start.status).toBe(204);
  expect(started).toEqual(['stop-user']);
  const again = await ask('POST', '/api/faults/stop-user/start', { ...own(), ...json }, '{}');
  expect(again.status).toBe(409);
  const undo = await ask('POST', '/api/faults/stop-user/undo', { ...own(), ...json }, '{}');
  expect(undo.status).toBe(204);
});
