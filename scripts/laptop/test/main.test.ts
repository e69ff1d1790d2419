import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { endOf } from '@shop/testing/child-end';
import { eventually } from '@shop/testing/eventually';
import { exampleProductId } from '../../seed/data.ts';
import { askSupervisor } from '../control-client.ts';
import { controlSocket } from '../control-protocol.ts';
import { choosePorts } from '../ports.ts';

jest.setTimeout(90_000);
const main = fileURLToPath(new URL('../main.ts', import.meta.url));

describe('npm start', () => {
  let dataDir: string;
  let port: number;
  let good: string;
  const running: ChildProcess[] = [];

  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'shop-main-'));
    ({ port } = await choosePorts({ port: 0 }));
    good = `http://127.0.0.1:${port}/product/${exampleProductId}`;
  });
  afterEach(async () => {
    for (const child of running.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      await exit;
    }
    rmSync(dataDir, { recursive: true, force: true });
  });

  const programs = async () => (await askSupervisor(dataDir, { command: 'status' })).status.programs;

  function start(...args: readonly string[]) {
    const common = ['--no-board', '--port', String(port), '--data-dir', dataDir];
    const child = spawn(process.execPath, [main, ...common, ...args]);
    running.push(child);
    const said = { out: '', err: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text));
    const exit = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
    return { child, said, exit };
  }

  async function open(...args: readonly string[]) {
    const shop = start(...args);
    await eventually('the shop is open', () => shop.said.err.includes('Ctrl-C stops it.'), {
      withinMs: 60_000,
      signal: endOf(shop.child),
    });
    return shop;
  }

  test('opens a shop with products, and Ctrl-C closes it in order; what was stored stays', async () => {
    const { child, said, exit } = await open();
    expect(said.err).toContain(`The shop is open: http://localhost:${port}`);
    expect(said.err.match(/^ {2}curl /gm)).toHaveLength(3);
    const changed = await fetch(good, {
      method: 'PATCH',
      headers: { 'content-type': 'application/merge-patch+json' },
      body: '{"stock": 7}',
    });
    expect(changed.status).toBe(200);

    // As with npm: the terminal sends the signal to the whole group, and npm passes it on once more.
    child.kill('SIGINT');
    await eventually('it closes', () => said.err.includes('Closing the shop'));
    child.kill('SIGINT');
    expect(await exit).toEqual([0, null]);
    expect(said.err).toMatch(/The shop is closed\.\n$/);

    // Standard output is NDJSON and nothing else.
    const records = said.out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { app: string; msg: string });
    const stopped = records.filter(({ msg }) => msg === 'stopped').map(({ app }) => app);
    expect(stopped).toHaveLength(5);
    expect(stopped[0]).toBe('ambassador');
    expect(stopped.slice(1, 3).sort((a, b) => a.localeCompare(b))).toEqual(['product', 'user']);
    await expect(fetch(good)).rejects.toThrow('fetch failed');

    await open();
    const kept = await fetch(good);
    expect(await kept.json()).toMatchObject({ stock: 7, version: 2, seller: { source: 'live' } });
  });

  test('a second one for the same data says where the first one is, and leaves it alone', async () => {
    await open();
    const second = start('--port', '0');
    expect(await second.exit).toEqual([1, null]);
    expect(second.said).toEqual({
      out: '',
      err: expect.stringContaining(`The shop is running already, at http://localhost:${port}`),
    });
    const answer = await fetch(good);
    expect(answer.status).toBe(200);
  });

  test('two that are started at once open both: neither takes the ports of the other', async () => {
    const others = mkdtempSync(join(tmpdir(), 'shop-main-'));
    try {
      const shops = await Promise.all([open(), open('--port', '0', '--data-dir', others)]);
      expect(shops.map(({ said }) => said.err)).not.toContainEqual(expect.stringContaining('EADDRINUSE'));
      for (const { child } of shops) child.kill('SIGTERM');
      const exits = shops.map(({ exit }) => exit);
      expect(await Promise.all(exits)).toEqual([
        [0, null],
        [0, null],
      ]);
    } finally {
      rmSync(others, { recursive: true, force: true });
    }
  });

  test('a port that is taken is named, with what to do, and nothing is left running', async () => {
    const other = createServer().listen(port, '127.0.0.1');
    await once(other, 'listening');
    const { said, exit } = start();
    expect(await exit).toEqual([1, null]);
    expect(said.out).toBe('');
    expect(said.err).toMatch(new RegExp(`^Port ${port} is in use .*npm start -- --port 8081\n$`, 's'));
    expect(existsSync(controlSocket(dataDir))).toBe(false);
    other.close();
  });

  test('after the supervisor was killed the next one has the same ports, and the data', async () => {
    const { child, exit } = await open();
    const before = await programs();
    child.kill('SIGKILL');
    await exit;
    await open();
    const after = await programs();
    expect(after.map(({ state }) => state)).toEqual(Array.from({ length: 5 }, () => 'ready'));
    expect(after.map(({ pid }) => pid)).not.toEqual(before.map(({ pid }) => pid));
    const answer = await fetch(good);
    expect(await answer.json()).toMatchObject({ stock: 42, seller: { source: 'live' } });
  });
});
