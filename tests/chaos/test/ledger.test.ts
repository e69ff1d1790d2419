import { beforeEach, describe, expect, test } from '@jest/globals';
import { Ledger, type Entry, type Good } from '../load/ledger.ts';

const entry = (version: number, stock = version - 1, id = '1'): Entry => ({
  id,
  sku: `S-${id}`,
  version,
  stock,
});
let ledger: Ledger;
let good: Good;
beforeEach(() => {
  ledger = new Ledger();
  ledger.created('S-1', entry(1), '"1"');
  good = ledger.writable()[0] as Good;
});
const kinds = () => ledger.violations.map(({ kind }) => kind);

test('what was acknowledged and is there is in order', () => {
  ledger.patched(good, entry(2), '"2"');
  ledger.audit([entry(2)]);
  expect(ledger.violations).toEqual([]);
  expect(ledger.acknowledged).toBe(2);
});

test('an acknowledged creation that is gone is lost', () => {
  ledger.audit([]);
  expect(kinds()).toEqual(['lost']);
});

test('an acknowledged change that is gone is lost', () => {
  ledger.patched(good, entry(2), '"2"');
  ledger.audit([entry(1)]);
  expect(kinds()).toEqual(['lost']);
});

test('an acknowledged deletion that has not happened is lost', () => {
  ledger.deleted(good);
  ledger.audit([entry(1)]);
  expect(kinds()).toEqual(['lost']);
});

describe('a write without a response', () => {
  beforeEach(() => ledger.writeUnknown(good, { kind: 'patch', stock: 1 }));

  test('may have been done or not', () => {
    ledger.audit([entry(1)]);
    ledger.audit([entry(2, 1)]);
    expect(kinds()).toEqual([]);
  });
  test('cannot have been done twice', () => {
    ledger.audit([entry(3, 1)]);
    expect(kinds()).toEqual(['twice']);
  });
  test('does not excuse that the rest is gone', () => {
    ledger.audit([]);
    expect(kinds()).toEqual(['lost']);
  });
  test('counts as done once it has been read', () => {
    ledger.seen(good, 1, entry(2, 1));
    ledger.audit([entry(1)]);
    expect(kinds()).toEqual(['lost']);
  });
  test('is followed by no other write to the same product', () => {
    expect(ledger.writable()).toEqual([]);
    expect(ledger.readable()).toHaveLength(1);
  });
});

test('a creation without a response may be there or not, but only once', () => {
  ledger.creationUnknown('S-2');
  ledger.audit([entry(1)]);
  ledger.audit([entry(1), entry(1, 0, '2')]);
  expect(kinds()).toEqual([]);
  ledger.audit([entry(1), entry(1, 0, '2'), entry(1, 0, '2')]);
  expect(kinds()).toEqual(['twice']);
});

test('what no client requested was made by a repeated request', () => {
  ledger.audit([entry(1), entry(1, 0, '3')]);
  expect(kinds()).toEqual(['twice']);
});

test('one change that makes two versions was applied twice', () => {
  ledger.patched(good, entry(3), '"3"');
  expect(kinds()).toEqual(['twice']);
});

test('a version that was read before is older than the acknowledged one only when time runs backwards', () => {
  ledger.patched(good, entry(2), '"2"');
  ledger.seen(good, 2, entry(2));
  // Read before the change was acknowledged: both are right.
  ledger.seen(good, 1, entry(1));
  expect(kinds()).toEqual([]);
  ledger.seen(good, 2, entry(1));
  expect(kinds()).toEqual(['backwards']);
});

test('a condition that only a repetition can break proves one', () => {
  ledger.conflicted(good, 412);
  expect(kinds()).toEqual(['twice']);
});

test('an acknowledged good that is not found is lost, unless it is about to be deleted', () => {
  good.state = 'being-written';
  ledger.missing(good);
  expect(kinds()).toEqual([]);
  good.state = 'free';
  ledger.missing(good);
  expect(kinds()).toEqual(['lost']);
});
