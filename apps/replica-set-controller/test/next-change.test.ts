import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { type Change, type MemberView, nextChange } from '../src/replica-set/next-change.ts';

const member = (ordinal: number, over: Partial<MemberView> = {}): MemberView => ({
  ordinal,
  votes: true,
  healthy: true,
  caughtUp: true,
  ...over,
});
const dead = { healthy: false, caughtUp: false };
const idle = { votes: false };
const syncing = { votes: false, caughtUp: false };
const next = (members: MemberView[], replicas: number, answering: number[] = [], primary = 0) =>
  nextChange({ members, replicas, answering, primary, chaining: false });

describe('growing', () => {
  test('members are added lowest first, as their mongods answer', () => {
    expect(next([member(0)], 5, [3, 2])).toEqual({ kind: 'add', ordinal: 2 });
    expect(next([member(0)], 5)).toBeUndefined();
  });

  test('a vote waits until two members have the data, then two are given', () => {
    expect(next([member(0), member(1, idle), member(2, syncing)], 3)).toBeUndefined();
    expect(next([member(0), member(1, idle), member(2, idle)], 3)).toEqual({
      kind: 'grant-vote',
      ordinal: 1,
    });
    expect(next([member(0), member(1), member(2, idle)], 3)).toEqual({ kind: 'grant-vote', ordinal: 2 });
    expect(next([member(0), member(1), member(2)], 3)).toBeUndefined();
  });

  test('the second vote is not given: the first is taken back when the second member is lost', () => {
    expect(next([member(0), member(1), member(2, { ...idle, ...dead })], 3)).toEqual({
      kind: 'take-vote',
      ordinal: 1,
    });
  });

  test.each([2, 4])('with %d replicas one of them has no vote', (replicas) => {
    const members = Array.from({ length: replicas }, (_, n) => member(n, n === 0 ? {} : idle));
    expect(votersAtRest(members, replicas)).toHaveLength(replicas - 1);
  });

  test('no more than seven vote', () => {
    const members = Array.from({ length: 9 }, (_, n) => member(n, n === 0 ? {} : idle));
    expect(votersAtRest(members, 9)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });
});

describe('shrinking', () => {
  test('votes are taken before members go, highest first', () => {
    const three = [member(0), member(1), member(2)];
    expect(next(three, 1)).toEqual({ kind: 'take-vote', ordinal: 2 });
    expect(next([member(0), member(1), member(2, idle)], 1)).toEqual({ kind: 'take-vote', ordinal: 1 });
    expect(next([member(0), member(1, idle), member(2, idle)], 1)).toEqual({ kind: 'remove', ordinal: 2 });
    expect(next([member(0), member(1, idle)], 1)).toEqual({ kind: 'remove', ordinal: 1 });
    expect(next([member(0)], 1)).toBeUndefined();
  });

  test('a dead voter loses its vote first: the others must stay a majority', () => {
    expect(next([member(0), member(1, dead), member(2)], 1)).toEqual({ kind: 'take-vote', ordinal: 1 });
  });

  test('a vote is not taken when a majority of the rest would be dead', () => {
    const members = [member(0), member(1, dead), member(2, dead), member(3), member(4)];
    expect(next(members, 3)).toBeUndefined();
  });

  test('a surplus primary hands over when it and those that stay are all that is left', () => {
    expect(next([member(0), member(1), member(2)], 1, [], 2)).toEqual({ kind: 'take-vote', ordinal: 1 });
    expect(next([member(0), member(1, idle), member(2)], 1, [], 2)).toEqual({ kind: 'remove', ordinal: 1 });
    expect(next([member(0), member(2)], 1, [], 2)).toEqual({ kind: 'step-down' });
  });

  test('it stays when no member can take over', () => {
    expect(next([member(0, dead), member(2)], 1, [], 2)).toBeUndefined();
    expect(next([member(0, { caughtUp: false }), member(2)], 1, [], 2)).toBeUndefined();
  });

  test('a surplus primary that has the only vote gives another first', () => {
    expect(next([member(0, idle), member(1)], 1, [], 1)).toEqual({ kind: 'grant-vote', ordinal: 0 });
  });
});

test('a dead member that is wanted stays, with its vote', () => {
  expect(next([member(0), member(1, dead), member(2)], 3)).toBeUndefined();
});

test('a set whose secondaries may follow one another is reconfigured first, and once', () => {
  const view = { members: [member(0)], replicas: 3, answering: [1], primary: 0 };
  expect(nextChange({ ...view, chaining: true })).toEqual({ kind: 'stop-chaining' });
  expect(nextChange({ ...view, chaining: false })).toEqual({ kind: 'add', ordinal: 1 });
});

test('with 0 replicas the set stays as it is', () => {
  expect(next([member(0), member(1), member(2)], 0)).toBeUndefined();
});

test('from any healthy set to any size: in the end the pods are the members, an odd number votes, no step is unsafe', () => {
  const sets = fc
    .record({
      votes: fc.array(fc.boolean(), { minLength: 1, maxLength: 9 }),
      replicas: fc.integer({ min: 1, max: 9 }),
      first: fc.nat(),
    })
    .map(({ votes, replicas, first }) => {
      const primary = first % votes.length;
      const limited = votes.map(
        (vote, n) => n === primary || (vote && votes.slice(0, n).filter(Boolean).length < 6),
      );
      return { members: limited.map((vote, n) => member(n, { votes: vote })), replicas, primary };
    });
  fc.assert(
    fc.property(sets, ({ members, replicas, primary }) => {
      const end = simulate(members, replicas, primary);
      expect(end.map(({ ordinal }) => ordinal)).toEqual(Array.from({ length: replicas }, (_, n) => n));
      const voters = end.filter(({ votes }) => votes).length;
      expect(voters).toBe(Math.min(7, replicas % 2 === 0 ? replicas - 1 : replicas));
    }),
  );
});

const votersAtRest = (members: MemberView[], replicas: number): number[] =>
  simulate(members, replicas, 0)
    .filter(({ votes }) => votes)
    .map(({ ordinal }) => ordinal);

/** Applies changes until there are none, in a set whose members are all alive; checks every step. */
function simulate(start: readonly MemberView[], replicas: number, firstPrimary: number): MemberView[] {
  let members = [...start];
  let primary = firstPrimary;
  for (let step = 0; step < 100; step += 1) {
    const known = new Set(members.map(({ ordinal }) => ordinal));
    const answering = Array.from({ length: replicas }, (_, n) => n).filter((n) => !known.has(n));
    const change = nextChange({ members, primary, replicas, answering, chaining: false });
    if (change === undefined) return members.sort((a, b) => a.ordinal - b.ordinal);
    if (change.kind === 'step-down') {
      const successor = members.find(({ votes, ordinal }) => votes && ordinal !== primary);
      if (!successor) throw new Error('stepped down without a successor');
      primary = successor.ordinal;
    } else if ('ordinal' in change) {
      checkStep(members, primary, change);
      members = carryOut(members, change);
    }
  }
  throw new Error('no end');
}

function checkStep(
  members: readonly MemberView[],
  primary: number,
  { kind, ordinal }: Extract<Change, { ordinal: number }>,
): void {
  const before = members.find((one) => one.ordinal === ordinal);
  if (kind === 'add') return expect(before).toBeUndefined();
  expect(before?.votes).toBe(kind === 'take-vote');
  if (kind !== 'grant-vote') expect(ordinal).not.toBe(primary);
}

function carryOut(
  members: readonly MemberView[],
  { kind, ordinal }: Extract<Change, { ordinal: number }>,
): MemberView[] {
  if (kind === 'add') return [...members, member(ordinal, idle)];
  if (kind === 'remove') return members.filter((one) => one.ordinal !== ordinal);
  return members.map((one) => (one.ordinal === ordinal ? { ...one, votes: kind === 'grant-vote' } : one));
}
