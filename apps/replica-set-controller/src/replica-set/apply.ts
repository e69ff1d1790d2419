import type { Member } from '../mongo/member.ts';
import type { Configuration } from './configuration.ts';
import type { HostOf } from './hosts.ts';
import type { Change } from './next-change.ts';

/** How long a reconfiguration waits for a majority to have it. If it is late, the next round waits again. */
const COMMIT_MS = 10_000;
/** For how long a primary that stepped down cannot be elected again. */
const STEP_DOWN_S = 60;
/**
 * How long a secondary may take to catch up; no writes are possible meanwhile. One that keeps up needs milliseconds,
 * and a failed attempt can be repeated: mongod 6.0.5 was seen to wait ten seconds where the next attempt succeeded at
 * once.
 */
const CATCH_UP_S = 1;

/** @throws {MongoServerError} when the set does not accept the change now; trying again does no harm. */
export async function applyChange(
  member: Member,
  config: Configuration,
  change: Change,
  hostOf: HostOf,
): Promise<void> {
  if (change.kind === 'step-down') return stepDown(member);
  const changed =
    'ordinal' in change
      ? { members: changedMembers(config, change, hostOf) }
      : { settings: { ...config.settings, chainingAllowed: false } };
  await member.command({
    replSetReconfig: { ...config, ...changed, version: config.version + 1 },
    maxTimeMS: COMMIT_MS,
  });
}

/**
 * Hands over to a secondary that is up to date. @throws when there is none within a second; then this one stays
 * primary.
 */
export async function stepDown(member: Member): Promise<void> {
  await member.command({ replSetStepDown: STEP_DOWN_S, secondaryCatchUpPeriodSecs: CATCH_UP_S });
}

function changedMembers(
  { members }: Configuration,
  { kind, ordinal }: Extract<Change, { ordinal: number }>,
  hostOf: HostOf,
): Configuration['members'] {
  switch (kind) {
    case 'add':
      return [...members, { _id: ordinal, host: hostOf(ordinal), votes: 0, priority: 0 }];
    case 'remove':
      return members.filter(({ _id }) => _id !== ordinal);
    case 'grant-vote':
      return members.map((one) => withVotes(one, ordinal, 1));
    case 'take-vote':
      return members.map((one) => withVotes(one, ordinal, 0));
  }
}

/** A member without a vote must have priority 0. */
function withVotes<M extends Configuration['members'][number]>(member: M, ordinal: number, votes: 0 | 1): M {
  const { _id } = member;
  return _id === ordinal ? { ...member, votes, priority: votes } : member;
}
