/** A challenge's broken state is judged FAIL, and what its solution makes of it PASS. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { paths } from '../../../scripts/kind/names.ts';
import { type Challenge, readChallenges } from '../../../lessons/challenges/runner/challenge.ts';
import { judge, type Shell } from '../../../lessons/challenges/runner/judge.ts';
import { begin, reset, solve } from '../../../lessons/challenges/runner/play.ts';
import { cleanEnvironment } from '../../../lessons/runner/environment.ts';

/** Those that have to stay well the longest come first: the others end meanwhile. */
export const challengesThatTouch = (touches: Challenge['touches']) =>
  readChallenges(paths.root)
    .filter((challenge) => challenge.touches === touches)
    .toSorted((a, b) => b.steady - a.steady)
    .map((challenge) => [challenge.id, challenge] as const);

/** What {@link Verdicts.of} has to return. */
export const asItShould = { before: false, missing: [], after: true };

/** With many at a time most of the machine's work would be kubectl that looks again. */
const retryMs = 2000;

export class Verdicts implements AsyncDisposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'challenges-'));
  readonly #resets: Promise<void>[] = [];
  #environment: Promise<Record<string, string>> | undefined;

  /** Takes the challenge away, too; it goes meanwhile. @returns the verdicts on both states, and what is missing in the solved one. */
  async of(challenge: Challenge): Promise<object> {
    this.#environment ??= cleanEnvironment(this.#folder);
    const shell: Shell = { cwd: paths.root, env: await this.#environment };
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
      over.catch(() => undefined);
      this.#resets.push(over);
    }
  }

  /** @throws when a challenge was not taken away. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#resets);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
