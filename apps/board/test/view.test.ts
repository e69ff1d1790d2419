import { describe, expect, test } from '@jest/globals';
import type { Entity, Second } from '../src/scene/entities.ts';
import { keyOf } from '../src/scene/entities.ts';
import { emptyScene, type SceneState } from '../src/scene/messages.ts';
import { pathsOf, type Box } from '../page/src/line-paths.ts';
import { texts } from '../page/src/texts.ts';
import { clock, guardOf, headlineOf, milliseconds, percent } from '../page/src/view.ts';
import { breaker, service, target } from './support/entities.ts';

const second = (live: number, fallback = 0, failed = 0): Second => ({
  at: 0,
  live,
  fallback,
  failed,
  p50: 4,
  p99: 9,
});
const sceneOf = (entities: readonly Entity[], seconds: readonly Second[] = []): SceneState => ({
  ...emptyScene,
  entities: new Map([target, ...entities].map((entity) => [keyOf(entity), entity])),
  seconds,
});
const sentence = (scene: SceneState) => {
  const { tone, title, details } = headlineOf(scene, texts.en);
  return `${tone}: ${[title, ...details].join(' ')}`;
};

const lost = { code: 'cluster-lost', context: 'kind-shop', reason: 'ECONNREFUSED' } as const;

describe('the one sentence', () => {
  const user = service();
  const product = service({ id: 'product', name: 'product' });
  const down = service({ ready: 0 });
  const open = breaker({ state: 'open' });

  test.each([
    [
      'all is well',
      sceneOf([user, product], [second(10)]),
      'good: The shop works. 10 requests a second, all answered live, half of them within 4 ms.',
    ],
    ['no traffic', sceneOf([user, product]), 'good: The shop is ready.'],
    [
      'a fallback',
      sceneOf([down, product, open], [second(0, 10)]),
      'changed: The shop works, with a fallback. user is not running. product no longer waits for user: the breaker is open. Nothing fails.',
    ],
    [
      'some fail',
      sceneOf([user, product], [second(5, 0, 5)]),
      'bad: Some requests fail. 50% of the requests get no product.',
    ],
    [
      'all fail',
      sceneOf([down], [second(0, 0, 5)]),
      'bad: Requests fail. user is not running. 100% of the requests get no product.',
    ],
    ['down, without requests', sceneOf([down]), 'changed: user is not running.'],
    [
      'a breaker is still open',
      sceneOf([user, open], [second(10)]),
      'changed: The shop recovers. product no longer waits for user: the breaker is open.',
    ],
    [
      'one of two is ready',
      sceneOf([service({ ready: 1, wanted: 2 })], [second(10)]),
      'changed: The shop works. user is not ready.',
    ],
    [
      'it cannot be seen',
      sceneOf([{ ...target, state: 'lost', problem: lost }]),
      'unknown: The shop cannot be seen. kind-shop does not answer (ECONNREFUSED). Is it running? npm run up starts it.',
    ],
    ['nothing is known yet', emptyScene, 'unknown: Looking for the shop …'],
  ])('%s', (_what, scene, expected) => {
    expect(sentence(scene)).toBe(expected);
  });

  test('says the same in Korean', () => {
    expect(headlineOf(sceneOf([user], [second(10)]), texts.ko).title).toBe('쇼핑몰이 정상이다.');
    expect(headlineOf(sceneOf([{ ...target, state: 'lost', problem: lost }]), texts.ko).details).toEqual([
      'kind-shop이(가) 응답하지 않는다(ECONNREFUSED). 실행 중인지 확인해 보자. npm run up을 실행하면 시작된다.',
    ]);
  });
});

describe('figures', () => {
  test.each([
    [0, 0, '–'],
    [10, 10, '100%'],
    [9_999, 10_000, '99.99%'],
    [99_999_999, 100_000_000, '99.99%'],
    [1, 100_000_000, '0.01%'],
    [0, 10, '0%'],
    [1, 2, '50%'],
  ])('%i of %i: %s', (part, all, expected) => {
    expect(percent(part, all, 'en')).toBe(expected);
  });

  test.each([
    [0.4, '0.4 ms'],
    [12.3, '12 ms'],
    [1_234, '1.2 s'],
  ])('%d ms: %s', (ms, expected) => {
    expect(milliseconds(ms, 'en')).toBe(expected);
  });

  test('a time has two digits each', () => {
    expect(clock(new Date(2026, 0, 1, 9, 4, 7).getTime())).toBe('09:04:07');
  });
});

describe('the breakers of a line', () => {
  test('are as bad as the worst of them, and try as soon as the first of them', () => {
    const counts = { fires: 1, failures: 1, rejects: 0, fallbacks: 1 };
    const all = [
      breaker({ id: 'a', counts }),
      breaker({ id: 'b', state: 'open', nextTrialAt: 9, counts }),
      breaker({ id: 'c', state: 'open', nextTrialAt: 5, counts }),
      breaker({ id: 'd', from: 'user', to: 'product' }),
    ];
    expect(guardOf(all, 'product', 'user')).toMatchObject({
      state: 'open',
      open: 2,
      all: 3,
      nextTrialAt: 5,
      counts: { fires: 3 },
    });
    expect(guardOf([], 'product', 'user')).toBeUndefined();
  });
});

const box = (left: number, top: number): Box => ({ left, top, right: left + 100, bottom: top + 50 });

describe('lines', () => {
  const stations = new Map([
    ['a', box(0, 100)],
    ['b', box(200, 100)],
    ['c', box(200, 300)],
    ['d', box(0, 300)],
    ['between', box(0, 200)],
  ]);
  const line = (from: string, to: string, side: 'left' | 'right' = 'left') =>
    pathsOf([{ from, to, side }], stations, new Map())[0]?.d;

  test('are straight between neighbours, turn where heights differ, and go around what is in the way', () => {
    expect(line('a', 'b')).toBe('M100 125L200 125');
    expect(line('a', 'c')).toMatch(/^M100 125L.*Q.*L200 325$/);
    expect(line('a', 'between')).toBe('M50 150L50 200');
    expect(line('a', 'd')).toMatch(/^M0 125L.*L0 325$/);
    expect(line('a', 'd', 'right')).toMatch(/^M100 125L.*L100 325$/);
  });

  test('lead through the guard of the line', () => {
    const guards = new Map([['a d', { left: 60, top: 210, right: 80, bottom: 240 }]]);
    expect(pathsOf([{ from: 'a', to: 'd', side: 'left' }], stations, guards)[0]?.d).toBe('M70 150L70 300');
  });

  test('without one of their ends are left out', () => {
    expect(pathsOf([{ from: 'a', to: 'none', side: 'left' }], stations, new Map())).toEqual([]);
  });
});

test('both languages have the same texts', () => {
  const shape = (value: unknown): unknown =>
    typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shape(inner)]))
      : typeof value;
  const { faults: _k, ...korean } = texts.ko;
  const { faults: _e, ...english } = texts.en;
  expect(shape(korean)).toEqual(shape(english));
});
