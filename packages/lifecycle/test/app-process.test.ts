import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';

const program = new URL('fixtures/app.ts', import.meta.url).pathname;

/** Runs the app of the fixture to its end. @returns its exit code and the lines of its log. */
async function run(environment: Record<string, string>, signal?: NodeJS.Signals) {
  const child = spawn(process.execPath, [program], {
    env: {
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      PORT: '0',
      ADMIN_PORT: '0',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part;
    if (signal !== undefined && text.includes('"msg":"serving"')) child.kill(signal);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  const lines = text.trimEnd().split('\n');
  return { code, lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

test.each(['PORT', 'ADMIN_PORT'])(
  'a taken %s is one line that says what to do, and exit code 1',
  async (name) => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { code, lines } = await run({ [name]: String(port) });
    other.close();
    expect(code).toBe(1);
    expect(lines).toEqual([
      expect.objectContaining({
        level: 'fatal',
        port,
        code: 'EADDRINUSE',
        msg: `port ${port} is taken by another process: set ${name} to another one`,
      }),
    ]);
  },
);

test.each(['HOST', 'ADMIN_HOST'])(
  'a %s of another machine is one line that says what to do',
  async (name) => {
    // TEST-NET-1 (RFC 5737): no machine has it.
    const { code, lines } = await run({ [name]: '192.0.2.1' });
    expect(code).toBe(1);
    expect(lines).toEqual([
      expect.objectContaining({
        code: 'EADDRNOTAVAIL',
        msg: `the address to listen on is not one of this machine: set ${name} to another one`,
      }),
    ]);
  },
);

test('says its ports when it serves, and ends on a signal: the app first, the admin port last', async () => {
  const { code, lines } = await run({}, 'SIGTERM');
  expect(code).toBe(0);
  expect(lines.map(({ msg }) => msg)).toEqual([
    'serving',
    'draining',
    'closed; the admin port: 503',
    'stopped',
  ]);
  expect(lines[0]).toMatchObject({ port: expect.any(Number), adminPort: expect.any(Number) });
});

test('an error that is not caught is one line, and exit code 1', async () => {
  const { code, lines } = await run({ FAIL: 'yes' });
  expect(code).toBe(1);
  expect(lines.at(-1)).toMatchObject({ level: 'fatal', msg: 'uncaught error: the process ends' });
});
