/** The challenges that have a namespace each, several at a time (`--maxConcurrency` in scripts/ci/cluster-groups.ts). */
import { afterAll, expect, test } from '@jest/globals';
import { asItShould, challengesThatTouch, Verdicts } from './support/challenges.ts';

const verdicts = new Verdicts();
afterAll(() => verdicts[Symbol.asyncDispose]());

test.concurrent.each(challengesThatTouch('namespace'))(
  '%s: FAIL as it is, PASS with its solution',
  async (_id, challenge) => {
    expect(await verdicts.of(challenge)).toEqual(asItShould);
  },
  600_000,
);
