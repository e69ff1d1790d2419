import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { eventually } from '@shop/testing/eventually';
import { aborted, FaultRefusedError, type Criterion, type Fault, type Sample } from '../src/faults/fault.ts';
import { Faults } from '../src/faults/faults.ts';
import { Witness } from '../src/faults/witness.ts';
import type { BreakerState, Part } from '../src/scene/entities.ts';
import { Scene } from '../src/scene/scene.ts';
import { startBoard } from '../src/server/create-board.ts';
import { Visitors } from '../src/server/state.ts';
import type { Traffic } from '../src/traffic/traffic.ts';
import { breaker, unit } from './support/entities.ts';
import { FakeTraffic } from './support/fake-traffic.ts';
import { fakePage } from './support/page.ts';

const noneFails: Criterion = {
  text: 'no requests fail',
  judge({ samples, times }) {
    const failed = samples.filter(({ at, outcome }) => at >= times.faultFrom && outcome === 'failed').length;
    return { holds: failed === 0, found: String(failed) };
  },
};

interface Breakable {
  readonly scene: Scene;
  readonly faults: Faults;
  readonly traffic: FakeTraffic;
  readonly world: Set<string>;
}

const made: Faults[] = [];
afterEach(async () => {
  for (const faults of made.splice(0)) await faults.close();
});

function breakable(mustHold: readonly Criterion[] = [noneFails]): Breakable {
  const world = new Set<string>();
  const lasting = (name: string): Fault => ({
    name,
    title: name,
    clientSees: '',
    mustHold,
    lasting: true,
    async run({ active }, signal) {
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
  const short: Fault = { ...lasting('short'), lasting: false, run: async ({ active }) => active() };
  const scene = new Scene();
  const traffic = new FakeTraffic();
  const faults = new Faults(scene, [lasting('a'), lasting('b'), failing, short], traffic);
  made.push(faults);
  return { scene, faults, traffic, world };
}

describe('faults', () => {
  test('one catalogue, one undo: what is started is undone', async () => {
    const { scene, faults, world } = breakable();
    faults.start('a');
    expect(scene.get('fault', 'a')?.state).toBe('active');
    expect([...world]).toEqual(['a']);
    await faults.undo('a');
    expect([...world]).toEqual([]);
    expect(scene.get('fault', 'a')).toMatchObject({
      state: 'recovering',
      startedAt: expect.any(Number),
      endedAt: expect.any(Number),
    });
    await faults.close();
  });

  test('one that is over by itself is idle again', async () => {
    const { scene, faults } = breakable();
    faults.start('short');
    await eventually('it is over', () => scene.get('fault', 'short')?.state === 'recovering');
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
    await eventually('it has failed', () => scene.get('fault', 'failing')?.state === 'failed');
    expect(scene.get('fault', 'failing')?.problem).toEqual({ code: 'said', text: 'no such thing' });
    expect(() => faults.start('failing')).not.toThrow();
  });

  test('one that a board before has left is undone, seen, and not started meanwhile', async () => {
    const { scene, faults } = breakable();
    scene.flush();
    const events: string[] = [];
    scene.subscribe((message) => {
      if (message.type === 'change') events.push(...message.events.map(({ type }) => type));
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    const undone = faults.undoLeft('a', () => promise);
    expect(scene.get('fault', 'a')?.state).toBe('undoing');
    expect(() => faults.start('a')).toThrow(FaultRefusedError);
    resolve();
    expect(await undone).toBe(true);
    expect(scene.get('fault', 'a')?.state).toBe('idle');
    expect(events).toEqual(['fault-left', 'fault-ended']);
    expect(await faults.undoLeft('a', () => Promise.reject(new Error('no cluster')))).toBe(false);
    expect(scene.get('fault', 'a')).toMatchObject({
      state: 'failed',
      problem: { code: 'said', text: 'no cluster' },
    });
    expect(() => faults.start('a')).not.toThrow();
    // Chaos tests have more faults than a board.
    expect(await faults.undoLeft('node-drain', async () => undefined)).toBe(true);
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

/** Time passes, with ten requests a second. */
async function pass(traffic: FakeTraffic, seconds: number, outcome: Sample['outcome'] = 'live') {
  for (let tenth = 0; tenth < seconds * 10; tenth += 1) {
    traffic.send(outcome);
    await jest.advanceTimersByTimeAsync(100);
  }
}
const verdictOf = (scene: Scene, name = 'a') => scene.get('fault', name)?.verdict;

describe('the verdict', () => {
  beforeEach(() => void jest.useFakeTimers({ now: 1_000_000 }));
  afterEach(() => void jest.useRealTimers());

  test('says that what must hold did, once the shop is well again', async () => {
    const { scene, faults, traffic } = breakable();
    await pass(traffic, 6);
    faults.start('a');
    await pass(traffic, 8, 'fallback');
    await faults.undo('a');
    await pass(traffic, 2, 'fallback');
    expect(verdictOf(scene)).toBeUndefined();
    await pass(traffic, 4);
    expect(scene.get('fault', 'a')).toMatchObject({
      state: 'idle',
      startedAt: 1_006_000,
      endedAt: 1_014_000,
      outcome: { live: 0, fallback: 100, failed: 0 },
      verdict: { kind: 'holds', findings: [{ text: 'no requests fail', holds: true, found: '0' }] },
    });
    expect(traffic.kept).toBe(false);
  });

  test('says what did not hold', async () => {
    const { scene, faults, traffic } = breakable();
    await pass(traffic, 6);
    faults.start('a');
    await pass(traffic, 8, 'failed');
    await faults.undo('a');
    await pass(traffic, 5);
    expect(verdictOf(scene)).toEqual({
      kind: 'fails',
      findings: [{ text: 'no requests fail', holds: false, found: '80' }],
    });
  });

  test('comes after 48 s at the latest, well or not', async () => {
    const { scene, faults, traffic } = breakable();
    await pass(traffic, 6);
    faults.start('a');
    await pass(traffic, 6, 'failed');
    await faults.undo('a');
    await pass(traffic, 40, 'failed');
    expect(scene.get('fault', 'a')?.state).toBe('recovering');
    await pass(traffic, 8, 'failed');
    expect(verdictOf(scene)?.kind).toBe('fails');
  });

  test('waits for what may come later', async () => {
    let hasCome = false;
    const later: Criterion = {
      text: 'later',
      isAwaited: true,
      judge: () => ({ holds: hasCome, found: '' }),
    };
    const { scene, faults, traffic } = breakable([later]);
    await pass(traffic, 6);
    faults.start('a');
    await pass(traffic, 6, 'fallback');
    await faults.undo('a');
    await pass(traffic, 8);
    hasCome = true;
    await pass(traffic, 4);
    // It cannot be compared with normal latencies yet.
    expect(verdictOf(scene)).toBeUndefined();
    hasCome = false;
    await pass(traffic, 8);
    expect(verdictOf(scene)).toBeUndefined();
    hasCome = true;
    await pass(traffic, 1);
    expect(verdictOf(scene)?.kind).toBe('holds');
  });

  test.each([
    ['no-traffic', 0, 'live', 0],
    ['not-clean', 6, 'fallback', 8],
    ['too-short', 6, 'live', 2],
  ] as const)('is none where it is not known: %s', async (why, secondsBefore, before, secondsOfFault) => {
    const never: Criterion = { text: 'never', judge: () => ({ holds: false, found: '' }) };
    const { scene, faults, traffic } = breakable([never]);
    await pass(traffic, secondsBefore, before);
    faults.start('a');
    await pass(traffic, secondsOfFault);
    await faults.undo('a');
    if (why === 'no-traffic') await jest.advanceTimersByTimeAsync(10_000);
    else await pass(traffic, 5);
    expect(verdictOf(scene)).toMatchObject({ kind: 'unknown', why });
  });

  test('is none of two faults at once, or one before the shop has recovered from the other', async () => {
    const { scene, faults, traffic } = breakable();
    await pass(traffic, 6);
    faults.start('a');
    await pass(traffic, 6);
    await faults.undo('a');
    faults.start('b');
    await jest.advanceTimersByTimeAsync(10);
    expect(verdictOf(scene, 'a')).toMatchObject({ kind: 'unknown', why: 'disturbed' });
    await pass(traffic, 6);
    await faults.undo('b');
    await pass(traffic, 6);
    expect(verdictOf(scene, 'b')).toMatchObject({ kind: 'unknown', why: 'disturbed' });
  });

  test('of a fault that is started again is the last one', async () => {
    const { scene, faults, traffic } = breakable();
    await pass(traffic, 6);
    faults.start('a');
    await pass(traffic, 6);
    await faults.undo('a');
    faults.start('a');
    await pass(traffic, 6);
    expect(scene.get('fault', 'a')).toMatchObject({ state: 'active', startedAt: 1_012_000 });
    expect(verdictOf(scene)).toBeUndefined();
    await faults.undo('a');
    await faults.close();
  });
});

const part = (name: string, restarts: number): Part => ({ name, sidecar: false, state: 'ready', restarts });

describe('a witness', () => {
  test('counts what breakers come to, with a trial that was too quick to be seen', () => {
    const scene = new Scene();
    const see = (...states: readonly BreakerState[]) => {
      for (const state of states) {
        scene.put(breaker({ state, since: (since += 1) }));
        scene.flush();
      }
    };
    let since = 0;
    see('open', 'closed');
    const witness = new Witness(scene);
    expect(witness.transitions).toEqual({ closed: 0, open: 0, 'half-open': 0 });
    see('open', 'open', 'half-open', 'open', 'closed');
    expect(witness.transitions).toEqual({ closed: 1, open: 3, 'half-open': 3 });
    witness.end();
    see('open');
    expect(witness.transitions.open).toBe(3);
  });

  test('names the parts that are started again', () => {
    const scene = new Scene();
    scene.put(unit({ id: 'product', name: 'product', parts: [part('app', 1), part('ambassador', 0)] }));
    const witness = new Witness(scene);
    expect(witness.restarts).toEqual([]);
    scene.put(unit({ id: 'product', name: 'product', parts: [part('app', 2), part('ambassador', 0)] }));
    scene.put(unit({ parts: [part('app', 0)] }));
    scene.flush();
    expect(witness.restarts).toEqual(['product/app']);
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
