import { describe, expect, test } from '@jest/globals';
import { keepsUp, type MemberStatus } from '../src/replica-set/status.ts';

const at = (second: number) => new Date(second * 1000);
const primary: MemberStatus = {
  ordinal: 0,
  name: 'mongo-0:27017',
  health: 1,
  stateStr: 'PRIMARY',
  optimeDate: at(100),
  syncSourceHost: '',
  self: false,
};
const secondary: MemberStatus = {
  ...primary,
  ordinal: 1,
  name: 'mongo-1:27017',
  stateStr: 'SECONDARY',
  syncSourceHost: primary.name,
  self: true,
};
const judged = (one: MemberStatus) => keepsUp(one, [primary, one]);

describe('a member keeps up', () => {
  test('as the primary, or as a secondary that follows it closely', () => {
    expect(judged(primary)).toBe(true);
    expect(judged(secondary)).toBe(true);
    expect(judged({ ...secondary, optimeDate: at(98) })).toBe(true);
  });

  test('not while it is behind, even where it follows a member', () => {
    expect(judged({ ...secondary, optimeDate: at(96) })).toBe(false);
    const { optimeDate: _, ...withoutData } = secondary;
    expect(judged(withoutData)).toBe(false);
  });

  test('not before it follows a member, even where it lacks nothing', () => {
    expect(judged({ ...secondary, syncSourceHost: '' })).toBe(false);
  });

  test('not when it does not answer, or is neither primary nor secondary', () => {
    expect(judged({ ...secondary, health: 0 })).toBe(false);
    expect(judged({ ...secondary, stateStr: 'RECOVERING' })).toBe(false);
  });

  test('measured by members that are there: what a dead one had does not count', () => {
    const dead: MemberStatus = { ...primary, ordinal: 2, health: 0, optimeDate: at(500) };
    expect(keepsUp(secondary, [primary, secondary, dead])).toBe(true);
  });
});
