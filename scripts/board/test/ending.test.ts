import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually } from '@shop/testing/eventually';
import { FakeSupervisor } from './fake-supervisor.ts';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));

describe('npm run board', () => {
  let dataDir: string;
  let supervisor: FakeSupervisor;
  const running: ChildProcess[] = [];

  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'shop-board-'));
    supervisor = new FakeSupervisor();
    await supervisor.start(dataDir);
  });
  afterEach(async () => {
    for (const child of running.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    }
    await supervisor.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  /** A board, and one that has entered it. */
  async function open() {
    const child = spawn(process.execPath, [main, '--target', 'laptop', '--port', '0', '--data-dir', dataDir]);
    running.push(child);
    let url = '';
    createInterface({ input: child.stderr }).on('line', (line) => {
      url = /http:\S+/.exec(line)?.[0] ?? url;
    });
    await eventually('it prints its address', () => url !== '', { withinMs: 30_000 });
    const { origin } = new URL(url);
    const entered = await fetch(url, { redirect: 'manual' });
    const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
    const post = (path: string) =>
      fetch(`${origin}/api/${path}`, {
        method: 'POST',
        headers: { cookie, origin, 'content-type': 'application/json' },
        body: '{}',
      });
    return { child, post };
  }

  async function breakUser() {
    const board = await open();
    expect((await board.post('faults/stop-user/start')).status).toBe(204);
    await eventually('user is stopped', () => supervisor.states.get('user') === 'stopped');
    return board.child;
  }

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('undoes what it has broken on %s', async (signal) => {
    const child = await breakUser();
    const exit = once(child, 'exit');
    child.kill(signal);
    await exit;
    expect(supervisor.states.get('user')).toBe('ready');
  });

  test('what one that was killed has left is undone by the next one', async () => {
    const child = await breakUser();
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
    expect(supervisor.states.get('user')).toBe('stopped');
    await open();
    await eventually('user is started again', () => supervisor.states.get('user') === 'ready');
    const { length } = supervisor.requests.filter(({ command }) => command === 'scale');
    await open();
    expect(supervisor.requests.filter(({ command }) => command === 'scale')).toHaveLength(length);
  });
});
