/** MongoDB's limit. */
const MAX_VOTERS = 7;

export interface MemberView {
  readonly ordinal: number;
  readonly votes: boolean;
  readonly healthy: boolean;
  /** A healthy primary, or a secondary that is not far behind it. */
  readonly caughtUp: boolean;
}

export interface View {
  /** Members of the configuration. */
  readonly members: readonly MemberView[];
  /** The ordinal of the primary, which runs this. */
  readonly primary: number;
  /** spec.replicas of the StatefulSet. */
  readonly replicas: number;
  /** Ordinals below `replicas` that are not members and whose mongod responds. */
  readonly answering: readonly number[];
  /** Whether secondaries may follow one another. */
  readonly chaining: boolean;
}

export type Change =
  | { readonly kind: 'add' | 'remove' | 'grant-vote' | 'take-vote'; readonly ordinal: number }
  | { readonly kind: 'step-down' | 'stop-chaining' };

/**
 * The next step from the present members to the wanted ones; undefined when there is none, or none that is possible
 * now. It depends only on what is seen, so after a crash or an election it continues.
 *
 * - A member is added without a vote, and gets one when it has the data. Its vote is removed before the member is. So a
 * member that is new, empty or about to be removed never counts in a majority.
 * - The number of voters is odd: two votes are added or removed one right after the other, because MongoDB's safe
 * reconfiguration allows one at a time.
 * - A dead member stays, with its vote: its pod may come back.
 * - Secondaries follow the primary and not one another. Otherwise the end of one would leave another without a member
 * to follow, just when a majority needs it.
 * - With 0 replicas the set stays as it is, so that it works again when it is scaled up.
 */
export function nextChange(view: View): Change | undefined {
  const { members, primary, replicas, answering, chaining } = view;
  if (replicas === 0) return undefined;
  if (chaining) return { kind: 'stop-chaining' };
  const wanted = wantedVoters(view);

  const grant = members.find(({ ordinal, votes }) => !votes && wanted.has(ordinal));
  if (grant)
    return keepsMajority(members, grant.ordinal, true, { kind: 'grant-vote', ordinal: grant.ordinal });

  // A dead voter first, because with it a majority would be harder to reach at each step. Then the highest ordinal.
  const take = members
    .filter(({ ordinal, votes }) => votes && !wanted.has(ordinal) && ordinal !== primary)
    .sort((a, b) => Number(a.healthy) - Number(b.healthy) || b.ordinal - a.ordinal)[0];
  if (take) return keepsMajority(members, take.ordinal, false, { kind: 'take-vote', ordinal: take.ordinal });

  const surplus = members.filter(({ ordinal }) => ordinal >= replicas && ordinal !== primary);
  const remove = surplus.sort((a, b) => b.ordinal - a.ordinal)[0];
  if (remove) return { kind: 'remove', ordinal: remove.ordinal };

  if (!wanted.has(primary)) {
    const successor = members.some(
      ({ ordinal, votes, caughtUp }) => votes && caughtUp && ordinal !== primary,
    );
    return successor ? { kind: 'step-down' } : undefined;
  }

  const add = answering.toSorted((a, b) => a - b)[0];
  return add === undefined ? undefined : { kind: 'add', ordinal: add };
}

/** The largest odd number of remaining members that can vote, with as few changes as possible. */
function wantedVoters({ members, primary, replicas }: View): ReadonlySet<number> {
  const rank = ({ ordinal, votes, healthy }: MemberView): number => {
    if (ordinal === primary) return 0;
    if (!votes) return 3;
    return healthy ? 1 : 2;
  };
  const eligible = members
    .filter(({ ordinal, votes, caughtUp }) => ordinal < replicas && (votes || caughtUp))
    .sort((a, b) => rank(a) - rank(b) || a.ordinal - b.ordinal);
  const most = Math.min(eligible.length, MAX_VOTERS);
  return new Set(eligible.slice(0, most % 2 === 0 ? most - 1 : most).map(({ ordinal }) => ordinal));
}

/** @returns the change, if a majority of the voters after it is alive. */
function keepsMajority(
  members: readonly MemberView[],
  ordinal: number,
  votes: boolean,
  change: Change,
): Change | undefined {
  const voters = members.filter((member) => (member.ordinal === ordinal ? votes : member.votes));
  const healthy = voters.filter((member) => member.healthy).length;
  return healthy > voters.length / 2 ? change : undefined;
}
