/** A board that is killed while something is broken: the next one undoes it, and so does `npm run board -- --undo`. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterEach, beforeAll, afterAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@shop/testing/eventually';
import { inShop } from '../../scripts/kind/kubectl.ts';
import { run } from '../../scripts/support/run.ts';
import { openCluster, type Cluster } from '../chaos/cluster/cluster.ts';
import { untilSteady } from '../chaos/cluster/state.ts';
import { wanted } from '../support/wanted.ts';
import { boardProgram, startBoardProcess } from './support/board.ts';

const slowly = { withinMs: 120_000, everyMs: 200 };

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
}

const replicas = async (object: string) =>
  Number(await inShop('get', object, '--output', 'jsonpath={.spec.replicas}'));
const isCut = async () =>
  (await inShop(
    'get',
    'networkpolicy/service-out',
    '--output',
    'jsonpath={.spec.podSelector.matchLabels.app}',
  )) === 'user';
const isPowered = async () =>
  (await run('docker', ['inspect', '--format', '{{.State.Running}}', 'shop-control-plane'])) === 'true';

describe('a board that is killed on kind', () => {
  const running: ChildProcess[] = [];
  let cluster: Cluster;
  let before: Awaited<ReturnType<typeof wanted>>;

  beforeAll(async () => {
    cluster = await openCluster();
    await untilSteady(cluster, 'quiet');
    before = await wanted();
  });
  afterEach(async () => {
    for (const child of running.splice(0)) await end(child, 'SIGTERM');
  });
  afterAll(async () => {
    await undo();
    await cluster[Symbol.asyncDispose]();
  });

  async function open() {
    const { child, said, url } = await startBoardProcess();
    running.push(child);
    const { origin } = new URL(url);
    const entered = await fetch(url, { redirect: 'manual' });
    const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
    const start = (fault: string) =>
      fetch(`${origin}/api/faults/${fault}/start`, {
        method: 'POST',
        headers: { cookie, origin, 'content-type': 'application/json' },
        body: '{}',
      });
    return { child, said, start };
  }

  /** It is there, and its board is not. */
  async function leave(fault: string, isBroken: () => Promise<boolean>): Promise<void> {
    const { child, start } = await open();
    expect((await start(fault)).status).toBe(204);
    await eventually(`${fault} is there`, isBroken, slowly);
    await end(child, 'SIGKILL');
    expect(await isBroken()).toBe(true);
  }

  /** Everything is wanted as it was before, and there. */
  async function expectAsBefore(): Promise<void> {
    await eventually(
      'everything is as it was before',
      async () => {
        expect(await wanted()).toEqual(before);
        return true;
      },
      slowly,
    );
    await untilSteady(cluster, 'quiet');
  }

  /** @returns what it says. */
  async function nextOneUndoes(fault: string): Promise<readonly string[]> {
    const { said } = await open();
    await eventually('it says so', () => said.includes(`${fault} is undone.`), slowly);
    await expectAsBefore();
    return said;
  }

  test('leaves user without pods, and the next one brings them back', async () => {
    await leave('user-gone', async () => (await replicas('deployment/user')) === 0);
    expect((await nextOneUndoes('user-gone')).join('\n')).toContain(
      'user-gone was left by a program that was killed.',
    );
  });

  /** @returns what `npm run board -- --undo` says. */
  async function undo(): Promise<string> {
    const child = spawn(process.execPath, [boardProgram, '--undo', '--target', 'kind']);
    running.push(child);
    const ended = once(child, 'exit');
    const said = await text(child.stderr);
    await ended;
    expect({ code: child.exitCode, said }).toMatchObject({ code: 0 });
    return said;
  }

  test('leaves network policies, and --undo takes them back', async () => {
    await leave('network-partition-user', isCut);
    expect(await undo()).toContain('network-partition-user is undone.');
    await expectAsBefore();
  });

  test('leaves the control plane stopped, and the next one starts it without its API', async () => {
    await leave('control-plane-stopped', async () => !(await isPowered()));
    expect((await nextOneUndoes('control-plane-stopped')).join('\n')).toContain(
      'control-plane-stopped was left by a program that was killed.',
    );
  });

  test('leaves what another client has changed since to that client', async () => {
    const user = await replicas('deployment/user');
    await leave('user-gone', async () => (await replicas('deployment/user')) === 0);
    // A pod fewer, where there are two: none has to go again afterwards.
    const others = user > 1 ? user - 1 : user + 1;
    await inShop('scale', 'deployment/user', `--replicas=${others}`);
    try {
      expect(await undo()).toContain('It stays as it is, as another client has changed it since');
      expect(await replicas('deployment/user')).toBe(others);
    } finally {
      await inShop('scale', 'deployment/user', `--replicas=${user}`);
    }
    await expectAsBefore();
  });
});
