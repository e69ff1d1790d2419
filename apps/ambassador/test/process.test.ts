import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { eventually } from '@shop/testing/eventually';
import { startUpstream } from './support/ambassador.ts';
import { sendRequest } from './support/send-request.ts';

const program = new URL('../src/main.ts', import.meta.url).pathname;
// Starting a process takes a while.
jest.setTimeout(30_000);
let folder: string;
const running: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ambassador-'));
});
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

function run(environment: Record<string, string>): ChildProcess {
  const child = spawn(process.execPath, [program], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  running.push(child);
  return child;
}

/** The standard error of a program that cannot start, and its exit code. */
async function failing(
  environment: Record<string, string>,
): Promise<{ code: number; stderr: string; stdout: string }> {
  const child = run(environment);
  const [stderr, stdout] = [child.stderr?.toArray(), child.stdout?.toArray()];
  const [code] = (await once(child, 'exit')) as [number];
  return { code, stderr: String(await stderr), stdout: String(await stdout) };
}

function routesFile(upstream: string): string {
  const path = join(folder, 'routes.yaml');
  writeFileSync(path, `routes: [{ prefix: /user, upstream: "${upstream}" }]`);
  return path;
}

async function serving(environment: Record<string, string>) {
  const child = run({ PORT: '0', ADMIN_PORT: '0', DRAIN_DELAY_MS: '0', ...environment });
  const lines: Record<string, unknown>[] = [];
  createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
    lines.push(JSON.parse(line) as Record<string, unknown>);
  });
  const ready = await eventually('it serves', () => lines.find(({ msg }) => msg === 'serving'), {
    everyMs: 10,
  });
  return {
    child,
    lines,
    url: `http://127.0.0.1:${String(ready['port'])}`,
    admin: `http://127.0.0.1:${String(ready['adminPort'])}`,
  };
}

describe('the process', () => {
  test('names every problem of its environment at once, and starts nothing', async () => {
    const { code, stderr, stdout } = await failing({ PORT: 'x', FORWARDED: 'maybe', LOG_LEVEL: 'loud' });
    expect(code).toBe(1);
    expect(stdout).toBe('');
    for (const name of ['PORT', 'ADMIN_PORT', 'ROUTES_FILE', 'FORWARDED', 'LOG_LEVEL'])
      expect(stderr).toContain(`- ${name}:`);
  });

  test('names every problem of its routes file', async () => {
    const { code, stderr } = await failing({
      PORT: '0',
      ADMIN_PORT: '0',
      ROUTES_FILE: routesFile('user:3000'),
    });
    expect([code, stderr]).toEqual([1, expect.stringMatching(/routes\.yaml:\n {2}- routes\.0\.upstream: /)]);
  });

  test.each(['PORT', 'ADMIN_PORT'])('says in one line that %s is taken', async (name) => {
    await using taken = await startUpstream(() => undefined);
    const ports = { PORT: '0', ADMIN_PORT: '0', [name]: String(taken.port) };
    const failed = await failing({ ...ports, ROUTES_FILE: routesFile('http://user:3000') });
    expect(failed).toMatchObject({ code: 1, stderr: '' });
    expect(failed.stdout.trimEnd().split('\n')).toEqual([
      expect.stringContaining(
        `"msg":"port ${taken.port} is taken by another process: set ${name} to another one"`,
      ),
    ]);
  });

  test('serves, shows its breakers, and is ready independently of its upstreams', async () => {
    const { child, url, admin } = await serving({ ROUTES_FILE: routesFile('http://127.0.0.1:1') });
    const stderr = child.stderr?.toArray();
    expect((await sendRequest(url, '/user')).status).toBe(503);
    expect((await sendRequest(admin, '/livez')).status).toBe(200);
    expect((await sendRequest(admin, '/readyz')).status).toBe(200);
    expect((await sendRequest(admin, '/metrics')).body).toContain('ambassador_requests_total{route="/user"');
    expect(JSON.parse((await sendRequest(admin, '/breakers')).body)).toMatchObject([
      { upstream: 'http://127.0.0.1:1', state: 'closed', counts: { fires: 1, failures: 1 } },
    ]);
    // Even Node's own warnings are lines of the log.
    child.kill('SIGTERM');
    expect(await stderr).toEqual([]);
  });

  test('on SIGTERM it is no longer ready, still answers with Connection: close, ends exchanges in progress, and exits 0', async () => {
    const held = Promise.withResolvers<() => void>();
    await using upstream = await startUpstream((request, response) => {
      if (request.url === '/user/slow') held.resolve(() => response.end('slow'));
      else response.end('ok');
    });
    const { child, url, admin } = await serving({
      ROUTES_FILE: routesFile(upstream.url),
      DRAIN_DELAY_MS: '1000',
    });
    const slow = sendRequest(url, '/user/slow');
    const release = await held.promise;
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    await eventually('it is not ready', async () => (await sendRequest(admin, '/readyz')).status === 503, {
      everyMs: 10,
    });
    expect(await sendRequest(url, '/user')).toMatchObject({ body: 'ok', headers: { connection: 'close' } });
    await eventually(
      'it no longer listens',
      () =>
        sendRequest(url, '/user').then(
          () => false,
          () => true,
        ),
      { everyMs: 20 },
    );
    release();
    expect((await slow).body).toBe('slow');
    expect(await exit).toEqual([0, null]);
  });
});
