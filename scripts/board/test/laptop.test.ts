import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Scene } from '@shop/board';
import { eventually } from '@shop/testing/eventually';
import { laptopEntities } from '../laptop-scene.ts';
import { openLaptop } from '../laptop-source.ts';
import { UsageError } from '../../support/command-line.ts';
import { readOptions } from '../options.ts';
import type { Source } from '../source.ts';
import { FakeSupervisor } from './fake-supervisor.ts';

const moments = { active: () => undefined, ended: () => undefined };

describe('the laptop’s shop', () => {
  let dataDir: string;
  let supervisor: FakeSupervisor;
  let source: Source | undefined;
  let scene: Scene;

  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'shop-board-'));
    supervisor = new FakeSupervisor();
    await supervisor.start(dataDir);
    scene = new Scene();
    source = await openLaptop(dataDir, scene);
  });
  afterEach(async () => {
    await source?.close();
    await supervisor.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const fault = (name: string) => {
    const found = source?.faults.find((one) => one.name === name);
    if (!found) throw new Error(`no fault ${name}`);
    return found;
  };

  test('is seen at once, its ambassadors beside their services', () => {
    expect(scene.get('target', 'target')).toMatchObject({ platform: 'laptop', state: 'live' });
    expect(scene.get('unit', 'product')?.parts.map(({ name, sidecar }) => [name, sidecar])).toEqual([
      ['product', false],
      ['ambassador', true],
    ]);
    expect(scene.get('service', 'user')).toMatchObject({ ready: 1, wanted: 1 });
  });

  test('a change of the supervisor’s is seen without a request', async () => {
    const { length } = supervisor.requests;
    supervisor.set('user', 'waiting to restart');
    await eventually('it is seen', () => scene.get('unit', 'user')?.state === 'waiting');
    expect(scene.get('service', 'user')?.ready).toBe(0);
    expect(supervisor.requests).toHaveLength(length);
  });

  test('that ends is lost, and seen again when it is back', async () => {
    await supervisor.stop();
    await eventually('it is lost', () => scene.get('target', 'target')?.state === 'lost');
    expect(scene.get('target', 'target')?.problem).toMatchObject({ code: 'laptop-lost', folder: dataDir });
    supervisor = new FakeSupervisor();
    await supervisor.start(dataDir);
    await eventually('it is seen', () => scene.get('target', 'target')?.state === 'live');
    expect(scene.get('target', 'target')?.problem).toBeUndefined();
  });

  test('lines of a followed trace are kept, others are not', async () => {
    const following = source?.lines.follow('abc');
    const output = supervisor.watchers.listening({ record: () => undefined, remark: () => undefined });
    const lines = await eventually('the line comes', async () => {
      output.record('product', '{"traceId":"other"}');
      output.record('product', '{"traceId":"abc"}');
      const all = (await following?.lines()) ?? [];
      return all.length > 0 && all;
    });
    expect(lines).toContainEqual({ program: 'product', text: '{"traceId":"abc"}' });
    expect(lines.some(({ text }) => text.includes('other'))).toBe(false);
  });

  test('a stopped program is started again by the undo', async () => {
    const stop = new AbortController();
    const running = fault('stop-user').run(moments, stop.signal);
    await eventually('it is stopped', () => supervisor.states.get('user') === 'stopped');
    stop.abort();
    await running;
    expect(supervisor.states.get('user')).toBe('ready');
  });

  test('the fault is over when another client has started the program', async () => {
    const running = fault('stop-user').run(moments, new AbortController().signal);
    await eventually('it is seen to be stopped', () => scene.get('unit', 'user')?.state === 'stopped');
    supervisor.set('user', 'ready');
    await running;
    expect(supervisor.states.get('user')).toBe('ready');
  });

  test('a crash is over when the program runs again', async () => {
    const running = fault('kill-product').run(moments, new AbortController().signal);
    await eventually('it gets the command', () =>
      supervisor.requests.some(({ command }) => command === 'kill'),
    );
    supervisor.set('product', 'starting');
    await eventually('it is seen', () => scene.get('unit', 'product')?.state === 'starting');
    supervisor.set('product', 'ready');
    await running;
    expect(supervisor.requests).toContainEqual({ command: 'kill', program: 'product' });
  });
});

test('a supervisor of which a program is missing is shown without it', () => {
  const status = { url: '', dataDir: '', ready: false, programs: [] };
  expect(() => laptopEntities(status)).not.toThrow();
});

describe('options of npm run board', () => {
  test('take the target that runs, unless one is named', () => {
    expect(readOptions([], {})).toMatchObject({ port: 8090, portRequired: false, quiet: false });
    expect(readOptions([], {})).not.toHaveProperty('target');
    expect(readOptions(['--undo'], {})).toMatchObject({ undo: true });
    expect(readOptions(['--target', 'kind', '--port', '0'], {})).toMatchObject({
      target: 'kind',
      port: 0,
      portRequired: true,
    });
  });

  test.each([
    [['--target', 'moon'], '--target must be laptop or kind'],
    [['--port', 'x'], '--port must be a port number'],
    [['--replay', 'a', '--record', 'b'], '--replay shows a file and no shop'],
    [['--undo', '--replay', 'a'], '--undo shows nothing'],
    [['--nothing'], "Unknown option '--nothing'"],
  ])('%j is refused', (args, message) => {
    expect(() => readOptions(args, {})).toThrow(UsageError);
    expect(() => readOptions(args, {})).toThrow(message);
  });
});
