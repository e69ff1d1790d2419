/** Runs the load against shops with known defects. Each defect is found, and a correct shop has no violations. */
import { expect, test } from '@jest/globals';
import { eventually } from '@shop/testing/eventually';
import { Load, loadDefaults } from '../load/load.ts';
import { startFakeShop, theNth, type Defects } from './support/fake-shop.ts';

/** After the forty that are made at the beginning. */
const later = 45;

async function findings(defects: Defects): Promise<{ kinds: string[]; left: number; load: Load }> {
  await using shop = await startFakeShop(defects);
  const load = new Load({ ...loadDefaults, url: shop.url, token: () => undefined, seed: 1, perSecond: 400 });
  await load.start();
  await eventually('there was a load', () => load.records.length > 250);
  await load.stop();
  const kinds = (await load.audit()).map(({ kind }) => kind);
  await load.clean();
  return { kinds, left: shop.products.size, load };
}

test('a shop that is right is not accused, and is left as it was', async () => {
  const { kinds, left, load } = await findings({});
  expect(kinds).toEqual([]);
  expect(left).toBe(0);
  expect(load.records.filter(({ outcome }) => outcome !== 'live')).toEqual([]);
  expect(new Set(load.records.map(({ connection }) => connection))).toEqual(new Set(['kept', 'fresh']));
  expect(new Set(load.records.map(({ route }) => route)).size).toBe(7);
});

test('an error response although the write was done is a failure, not a violation', async () => {
  const { kinds, load } = await findings({ failsAfterwards: theNth(60) });
  expect(kinds).toEqual([]);
  expect(load.records.filter(({ outcome }) => outcome === 'failed')).toHaveLength(1);
  expect(load.ledger.unknown).toBe(1);
});

test.each<[string, Defects, RegExp]>([
  ['forgets a creation', { forgetsCreation: theNth(later) }, /lost/],
  ['forgets a change', { forgetsChange: theNth(5) }, /lost|twice/],
  ['makes a change twice', { changesTwice: theNth(5) }, /twice/],
  // Always, as it takes a changed product to see it.
  ['reads what was before', { readsStale: () => true }, /backwards/],
])('a shop that %s is found out', async (_what, defects, kind) => {
  const { kinds } = await findings(defects);
  expect(kinds.join()).toMatch(kind);
});
