import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { eventually } from '@shop/testing/eventually';
import { FakeSupervisor } from './fake-supervisor.ts';

// Each test starts programs, one after the other.
jest.setTimeout(60_000);
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
    const said: string[] = [];
    createInterface({ input: child.stderr }).on('line', (line) => {
      said.push(line);
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
    return { child, post, said };
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

  /** As the kernel does when there is no memory left, or `kill -9`. */
  async function killed(child: ChildProcess) {
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
    expect(supervisor.states.get('user')).toBe('stopped');
  }
  const scalings = () => supervisor.requests.filter(({ command }) => command === 'scale').length;

  /** `npm run board -- --undo`. */
  async function undo() {
    const child = spawn(process.execPath, [main, '--undo', '--target', 'laptop', '--data-dir', dataDir]);
    running.push(child);
    const ended = once(child, 'exit');
    const said = await text(child.stderr);
    await ended;
    return { exitCode: child.exitCode, said };
  }

  test('what one that was killed has left is undone by the next one, which says so, once', async () => {
    await killed(await breakUser());
    const { said } = await open();
    await eventually('user is started again', () => supervisor.states.get('user') === 'ready');
    await eventually('it says so', () => said.includes('stop-user is undone.'));
    expect(said).toContain('stop-user was left by a program that was killed. Undoing it: user is stopped');
    const before = scalings();
    await open();
    expect(await undo()).toEqual({ exitCode: 0, said: 'Nothing is left to undo.\n' });
    expect(scalings()).toBe(before);
  });

  test('what one that was killed has left is undone without a board, too', async () => {
    await killed(await breakUser());
    const { exitCode, said } = await undo();
    expect(said).toContain('stop-user is undone.');
    expect(exitCode).toBe(0);
    expect(supervisor.states.get('user')).toBe('ready');
  });

  test('what one that still runs has broken is left to it', async () => {
    const first = await breakUser();
    const { said } = await undo();
    expect(said).toContain('A program that still runs has broken something');
    await open();
    expect(supervisor.states.get('user')).toBe('stopped');
    const exit = once(first, 'exit');
    first.kill('SIGTERM');
    await exit;
    expect(supervisor.states.get('user')).toBe('ready');
  });

  test('what cannot be undone stays for the next time', async () => {
    await killed(await breakUser());
    await supervisor.stop();
    const failed = await undo();
    expect(failed).toMatchObject({
      exitCode: 1,
      said: expect.stringContaining('Not all of it could be undone'),
    });
    await supervisor.start(dataDir);
    expect(await undo()).toMatchObject({ exitCode: 0 });
    expect(supervisor.states.get('user')).toBe('ready');
  });
});
