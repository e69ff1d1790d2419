/** The challenges that break the running shop. */
import { expect, test } from '@jest/globals';
import { asItShould, challengesThatTouch, Verdicts } from './support/challenges.ts';

test.each(challengesThatTouch('shop'))(
  '%s: FAIL as it is, PASS with its solution',
  async (_id, challenge) => {
    await using verdicts = new Verdicts();
    expect(await verdicts.of(challenge)).toEqual(asItShould);
  },
);
