import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Challenge, Check } from '../challenge.ts';
import { judge } from '../judge.ts';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'judge-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

const text = { en: 'x', ko: 'x' };
const check = (run: string, options: Partial<Check> = {}): Check => ({
  says: text,
  run,
  fails: false,
  same: false,
  ...options,
});
function judged(checks: readonly Check[], { steady = 0.05, patienceMs = 200 } = {}) {
  const challenge: Challenge = {
    id: 'x',
    title: text,
    lessons: [],
    touches: 'namespace',
    labels: [],
    symptom: text,
    settled: { run: 'true' },
    checks: [...checks],
    steady,
    patience: 1,
    hints: [],
    solution: { says: text, run: 'true' },
  };
  const env = { PATH: process.env['PATH'] ?? '' };
  return judge(challenge, { shell: { cwd, env }, patienceMs, retryMs: 10 });
}

test('it passes when each check prints what it has to', async () => {
  const { passed } = await judged([check('echo a 1', { prints: 'a …' }), check('false', { fails: true })]);
  expect(passed).toBe(true);
});

test.each([
  ['prints something else', check('echo b', { prints: 'a' })],
  ['fails', check('echo a; false', { prints: 'a' })],
  ['succeeds and has to fail', check('echo a', { prints: 'a', fails: true })],
  ['ends its shell', check('echo a; exit 0', { prints: 'a' })],
  ['prints nothing where it has to', check('true', { prints: 'a' })],
  ['prints something where it must not', check('echo a', { prints: '' })],
])('it fails when a check %s, and shows what came', async (_what, wrong) => {
  const { passed, findings } = await judged([check('true'), wrong]);
  expect(passed).toBe(false);
  expect(findings.map((finding) => finding.passed)).toEqual([true, false]);
});

test('it waits for what is not there yet', async () => {
  const counted = check('echo x >> count; wc -l < count | tr -d " "', { prints: '3' });
  // The third round, and all after it.
  const later = { ...counted, run: 'echo x >> count; [ "$(wc -l < count)" -ge 3 ] && echo 3' };
  expect((await judged([later], { patienceMs: 20_000 })).passed).toBe(true);
});

test('what passes now and then does not pass', async () => {
  const flapping = check('echo x >> count; [ $(($(wc -l < count) % 2)) = 0 ] && echo up', { prints: 'up' });
  expect((await judged([flapping], { steady: 30 })).passed).toBe(false);
});

test('what must not change any more and does, fails', async () => {
  const changing = check('echo x >> count; wc -l < count', { same: true });
  expect((await judged([changing], { steady: 30 })).passed).toBe(false);
  expect((await judged([check('echo 1', { same: true })])).passed).toBe(true);
});
