import { describe, expect, jest, test } from '@jest/globals';
import { eventually } from '@shop/testing/eventually';
import { aborted, FaultRefusedError, Faults, type Fault } from '../src/faults/faults.ts';
import { Scene } from '../src/scene/scene.ts';
import { startBoard } from '../src/server/create-board.ts';
import { Visitors } from '../src/server/state.ts';
import type { Traffic } from '../src/traffic/traffic.ts';
import { fakePage } from './support/page.ts';

function breakable(): { scene: Scene; faults: Faults; world: Set<string> } {
  const world = new Set<string>();
  const lasting = (name: string): Fault => ({
    name,
    title: name,
    clientSees: '',
    lasting: true,
    async run(active, signal) {
      world.add(name);
      active();
      await aborted(signal);
      world.delete(name);
    },
  });
  const failing: Fault = {
    ...lasting('failing'),
    run: async () => {
      throw new Error('no such thing');
    },
  };
  const short: Fault = { ...lasting('short'), lasting: false, run: async (active) => active() };
  const scene = new Scene();
  let seen = 0;
  const total = () => ({ live: (seen += 5), fallback: 0, failed: 0 });
  const faults = new Faults(scene, [lasting('a'), lasting('b'), failing, short], total);
  return { scene, faults, world };
}

describe('faults', () => {
  test('one catalogue, one undo: what is started is undone, and says what clients saw', async () => {
    const { scene, faults, world } = breakable();
    faults.start('a');
    expect(scene.get('fault', 'a')?.state).toBe('active');
    expect([...world]).toEqual(['a']);
    await faults.undo('a');
    expect([...world]).toEqual([]);
    expect(scene.get('fault', 'a')).toMatchObject({
      state: 'idle',
      outcome: { live: 5, fallback: 0, failed: 0 },
    });
  });

  test('one that is over by itself is idle again', async () => {
    const { scene, faults } = breakable();
    faults.start('short');
    await eventually('it is over', () => scene.get('fault', 'short')?.state === 'idle');
    expect(() => faults.start('short')).not.toThrow();
  });

  test('all of them are undone at the end, and none is started then', async () => {
    const { faults, world } = breakable();
    faults.start('a');
    faults.start('b');
    await faults.close();
    expect([...world]).toEqual([]);
    expect(() => faults.start('a')).toThrow('The board is ending.');
  });

  test('a failure is shown, and can be tried again', async () => {
    const { scene, faults } = breakable();
    faults.start('failing');
    await eventually('it has failed', () => scene.get('fault', 'failing')?.problem === 'no such thing');
    expect(() => faults.start('failing')).not.toThrow();
  });

  test('unknown ones, a second start and an undo without a start are refused', async () => {
    const { faults } = breakable();
    expect(() => faults.start('none')).toThrow(FaultRefusedError);
    await expect(faults.undo('a')).rejects.toThrow(FaultRefusedError);
    faults.start('a');
    expect(() => faults.start('a')).toThrow(FaultRefusedError);
    await faults.close();
  });
});

describe('when the last page is closed', () => {
  test('what it has broken is undone, and traffic ends; a reload changes nothing', async () => {
    jest.useFakeTimers();
    try {
      const { scene, faults, world } = breakable();
      const watched: boolean[] = [];
      const traffic = { watch: (open: boolean) => void watched.push(open) } as unknown as Traffic;
      const visitors = new Visitors({ scene, faults, traffic });
      visitors.entered();
      faults.start('a');
      visitors.left();
      jest.advanceTimersByTime(3_000);
      visitors.entered();
      jest.advanceTimersByTime(60_000);
      expect([...world]).toEqual(['a']);
      visitors.entered();
      visitors.left();
      jest.advanceTimersByTime(60_000);
      expect([...world]).toEqual(['a']);
      visitors.left();
      await jest.advanceTimersByTimeAsync(4_000);
      expect([...world]).toEqual([]);
      expect(watched.at(-1)).toBe(false);
    } finally {
      jest.useRealTimers();
    }
  });

  test('the server notices that its connection is gone', async () => {
    using page = fakePage();
    const { scene, faults, world } = breakable();
    const options = { port: 0, token: 't', pageFolder: page.folder, farewellMs: 10 };
    const board = await startBoard({ ...options, scene, faults });
    const enter = await fetch(`http://localhost:${board.port}/?token=t`, { redirect: 'manual' });
    const cookie = enter.headers.get('set-cookie')?.split(';')[0] ?? '';
    const leave = new AbortController();
    const { signal } = leave;
    const response = await fetch(`http://localhost:${board.port}/api/events`, {
      headers: { cookie },
      signal,
    });
    expect(response.status).toBe(200);
    faults.start('a');
    leave.abort();
    await eventually('it is undone', () => world.size === 0);
    await board.close();
  });

  test('the program that ends undoes, too', async () => {
    using page = fakePage();
    const { scene, faults, world } = breakable();
    const board = await startBoard({ port: 0, token: 't', pageFolder: page.folder, scene, faults });
    faults.start('b');
    await board.close();
    expect([...world]).toEqual([]);
  });
});
