/** Whether a challenge is solved: its checks, observed for some time. */
import { setTimeout as delay } from 'node:timers/promises';
import { matchOutput } from '../../runner/match.ts';
import { Session, type Outcome, type SessionOptions } from '../../runner/session.ts';
import type { Challenge, Check } from './challenge.ts';

export type Shell = Pick<SessionOptions, 'cwd' | 'env'>;

export interface Finding {
  readonly check: Check;
  readonly passed: boolean;
  /** What the commands printed. */
  readonly came: string;
}

export interface Judgement {
  readonly passed: boolean;
  /** Of the last round, in the order of the checks. */
  readonly findings: readonly Finding[];
}

export interface JudgeOptions {
  readonly shell: Shell;
  /** Instead of the challenge's own. */
  readonly patienceMs?: number;
  /** Between two rounds. */
  readonly retryMs?: number;
}

/** For one check. */
const limitMs = 15_000;

/**
 * Runs all checks in rounds, until they have passed for the challenge's `steady` seconds without a break, or until one
 * fails when the patience is over.
 */
export async function judge(challenge: Challenge, options: JudgeOptions): Promise<Judgement> {
  const { shell, patienceMs = challenge.patience * 1000, retryMs = 1000 } = options;
  const deadline = performance.now() + patienceMs;
  let steady: { readonly since: number; readonly first: readonly Finding[] } | undefined;
  for (;;) {
    const findings = await runRound(challenge.checks, shell, steady?.first);
    const passed = findings.every((finding) => finding.passed);
    const now = performance.now();
    if (passed) {
      if (steady && now - steady.since >= challenge.steady * 1000) return { passed, findings };
      steady ??= { since: now, first: findings };
    } else {
      if (now > deadline) return { passed, findings };
      steady = undefined;
    }
    await delay(retryMs);
  }
}

async function runRound(
  checks: readonly Check[],
  shell: Shell,
  first: readonly Finding[] | undefined,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [index, check] of checks.entries()) {
    const outcome = await runOnce(check.run, shell);
    const came = outcome.output.trim();
    const changed = check.same && first !== undefined && first[index]?.came !== came;
    findings.push({ check, came, passed: !changed && isAsExpected(check, outcome) });
  }
  return findings;
}

/** @returns whether the commands ended and printed as they have to. */
export function isAsExpected(
  { prints, fails = false }: { readonly prints?: string | undefined; readonly fails?: boolean },
  { output, exitCode, ended }: Outcome,
): boolean {
  if (ended !== undefined || (exitCode !== 0) !== fails) return false;
  return prints === undefined || matchOutput(prints.replace(/\n$/, ''), output).matches;
}

/** In a new shell: a command that hangs is ended, and the next one is not concerned. */
export async function runOnce(script: string, shell: Shell, withinMs = limitMs): Promise<Outcome> {
  await using session = new Session(shell);
  return await session.run(script, withinMs);
}
