/** Each challenge: the broken state is judged FAIL, and what its solution makes of it PASS. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { paths } from '../../scripts/kind/names.ts';
import { type Challenge, readChallenges } from '../../lessons/challenges/runner/challenge.ts';
import { judge, type Shell } from '../../lessons/challenges/runner/judge.ts';
import { begin, reset, solve } from '../../lessons/challenges/runner/play.ts';
import { cleanEnvironment } from '../../lessons/runner/environment.ts';

const challenges = readChallenges(paths.root);
const folder = mkdtempSync(join(tmpdir(), 'challenges-'));
let environment: Promise<Record<string, string>> | undefined;
const anyShell = async (): Promise<Shell> => ({
  cwd: paths.root,
  env: await (environment ??= cleanEnvironment(folder)),
});
/** Namespaces go while the next challenge is there already. */
const resets: Promise<void>[] = [];
afterAll(async () => {
  await Promise.all(resets);
  rmSync(folder, { recursive: true, force: true });
}, 150_000);

/** Those that have to stay well the longest come first: the others end meanwhile. */
const rows = (touches: Challenge['touches']) =>
  challenges
    .filter((challenge) => challenge.touches === touches)
    .toSorted((a, b) => b.steady - a.steady)
    .map((challenge) => [challenge.id, challenge] as const);

// Each in its own namespace, so several at a time (`--maxConcurrency` in scripts/ci/jest.ts).
test.concurrent.each(rows('namespace'))(
  '%s: FAIL as it is, PASS with its solution',
  async (_id, challenge) => {
    expect(await verdictsOf(challenge)).toEqual({ before: false, missing: [], after: true });
  },
  300_000,
);
test.each(rows('shop'))(
  'in the shop, %s: FAIL as it is, PASS with its solution',
  async (_id, challenge) => {
    expect(await verdictsOf(challenge)).toEqual({ before: false, missing: [], after: true });
  },
  300_000,
);

/** With so many at a time most of the machine's work would be kubectl that looks again. */
const retryMs = 2000;

/** @returns the verdicts on the broken state and on the solved one, and what is missing in that. */
async function verdictsOf(challenge: Challenge): Promise<object> {
  const shell = await anyShell();
  try {
    await begin(challenge, shell);
    const before = await judge(challenge, { shell, patienceMs: 8000, retryMs });
    await solve(challenge, shell);
    const after = await judge(challenge, { shell, patienceMs: 90_000, retryMs });
    const missing = after.findings
      .filter(({ passed }) => !passed)
      .map(({ check, came }) => [check.says.en, came]);
    return { before: before.passed, missing, after: after.passed };
  } finally {
    const over = reset(challenge, shell);
    resets.push(over);
    // A namespace that does not go fails in `afterAll`.
    if (challenge.touches === 'namespace') over.catch(() => undefined);
    else await over;
  }
}
