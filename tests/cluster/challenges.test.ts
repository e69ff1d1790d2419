/** Each challenge: the broken state is judged FAIL, and what its solution makes of it PASS. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { paths } from '../../scripts/kind/names.ts';
import { readChallenges } from '../../lessons/challenges/runner/challenge.ts';
import { judge, type Shell } from '../../lessons/challenges/runner/judge.ts';
import { begin, reset, solve } from '../../lessons/challenges/runner/play.ts';
import { cleanEnvironment } from '../../lessons/runner/environment.ts';

const challenges = readChallenges(paths.root);
let folder: string;
let shell: Shell;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'challenges-'));
  shell = { cwd: paths.root, env: await cleanEnvironment(folder) };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(challenges.map((challenge) => [challenge.id, challenge] as const))(
  '%s: FAIL as it is, PASS with its solution',
  async (_id, challenge) => {
    try {
      await begin(challenge, shell);
      const before = await judge(challenge, { shell, patienceMs: 8000 });
      expect(before.passed).toBe(false);
      await solve(challenge, shell);
      const after = await judge(challenge, { shell, patienceMs: 90_000 });
      expect(
        after.findings.filter(({ passed }) => !passed).map(({ check, came }) => [check.says.en, came]),
      ).toEqual([]);
      expect(after.passed).toBe(true);
    } finally {
      await reset(challenge, shell);
    }
  },
  300_000,
);
