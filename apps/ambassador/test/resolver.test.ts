import type { LookupAddress } from 'node:dns';
import { expect, test } from '@jest/globals';
import { type Lookup, Resolver } from '../src/upstream/resolver.ts';

const at = (address: string): LookupAddress[] => [{ address, family: 4 }];

/** A DNS and a clock that the test controls; `asked` counts the queries. */
function dns(answer: LookupAddress[] | string) {
  const state = {
    answer,
    asked: 0,
    now: 0,
    /** What a socket would get. */
    resolve: (all = true) =>
      new Promise<unknown>((resolve) => {
        resolver.lookup('user', { all }, (error, address, family) =>
          resolve(error ? error.code : all ? address : [address, family]),
        );
      }),
  };
  const lookup: Lookup = async () => {
    state.asked += 1;
    if (typeof state.answer === 'string') throw Object.assign(new Error('no'), { code: state.answer });
    return state.answer;
  };
  const resolver = new Resolver(lookup, () => state.now);
  return state;
}

test('returns what sockets expect, all addresses or one', async () => {
  const { resolve } = dns([...at('10.0.0.1'), ...at('10.0.0.2')]);
  expect(await resolve()).toEqual([...at('10.0.0.1'), ...at('10.0.0.2')]);
  expect(await resolve(false)).toEqual(['10.0.0.1', 4]);
});

test('addresses are used again without a query, at the same time and later', async () => {
  const state = dns(at('10.0.0.1'));
  await Promise.all([state.resolve(), state.resolve()]);
  state.now = 5_000;
  await state.resolve();
  expect(state.asked).toBe(1);
});

test('an old answer is given at once, and renewed behind it', async () => {
  const state = dns(at('10.0.0.1'));
  await state.resolve();
  state.now = 5_001;
  state.answer = at('10.0.0.2');
  expect(await state.resolve()).toEqual(at('10.0.0.1'));
  expect(await state.resolve()).toEqual(at('10.0.0.2'));
});

test('while DNS does not answer the last addresses count', async () => {
  const state = dns(at('10.0.0.1'));
  await state.resolve();
  state.answer = 'EAI_AGAIN';
  for (state.now = 6_000; state.now < 3_600_000; state.now += 600_000)
    expect(await state.resolve()).toEqual(at('10.0.0.1'));
});

test('a name that is gone is forgotten', async () => {
  const state = dns(at('10.0.0.1'));
  await state.resolve();
  state.answer = 'ENOTFOUND';
  state.now = 6_000;
  await state.resolve();
  expect(await state.resolve()).toBe('ENOTFOUND');
});

test('without any addresses, the error is reported', async () => {
  expect(await dns('EAI_AGAIN').resolve()).toBe('EAI_AGAIN');
});
