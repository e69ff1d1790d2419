/** Brings the broken state about, and takes it away. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SetUpError } from '../../../scripts/support/command-line.ts';
import { folder, namespaceOf, type Challenge } from './challenge.ts';
import { isAsExpected, runOnce, type Shell } from './judge.ts';

/** Until the symptom can be seen. */
const settleMs = 240_000;
const commandMs = 240_000;

/** @throws {SetUpError} with what came when the symptom does not appear. */
export async function begin(challenge: Challenge, shell: Shell): Promise<void> {
  await reset(challenge, shell);
  for (const script of startOf(challenge, shell.cwd)) await must(script, shell);
  const deadline = performance.now() + settleMs;
  for (;;) {
    const outcome = await runOnce(challenge.settled.run, shell, commandMs);
    if (isAsExpected(challenge.settled, outcome)) return;
    if (performance.now() > deadline)
      throw new SetUpError(
        `The challenge ${challenge.id} did not come about within ${settleMs / 1000} s. ` +
          `This was to print ${challenge.settled.prints ?? 'something'}:\n${challenge.settled.run}\n${outcome.output.trim()}`,
      );
    await delay(1000);
  }
}

function startOf(challenge: Challenge, root: string): string[] {
  const { id, touches, labels, start } = challenge;
  const namespace = namespaceOf(challenge);
  const manifests = `${folder}/${id}/start.yaml`;
  const own = touches === 'namespace';
  return [
    ...(own ? [`kubectl create namespace ${namespace}`] : []),
    ...labels.map((label) => `kubectl label namespace ${namespace} ${label}`),
    ...(own
      ? [
          `kubectl -n ${namespace} apply -f ${folder}/client.yaml`,
          `kubectl -n ${namespace} rollout status deployment client --timeout=200s`,
        ]
      : []),
    ...(existsSync(join(root, manifests)) ? [`kubectl -n ${namespace} apply -f ${manifests}`] : []),
    ...(start === undefined ? [] : [start]),
  ];
}

/** Everything as it was before; nothing happens where the challenge was not begun. @throws {SetUpError} */
export async function reset(challenge: Challenge, shell: Shell): Promise<void> {
  if (challenge.reset !== undefined) await must(challenge.reset, shell);
  if (challenge.touches === 'namespace')
    await must(`kubectl delete namespace ${namespaceOf(challenge)} --ignore-not-found --timeout=230s`, shell);
}

/** Whether there is something to judge. */
export async function isBegun(challenge: Challenge, shell: Shell): Promise<boolean> {
  if (challenge.touches === 'shop') return true;
  const { output } = await runOnce(
    `kubectl get namespace ${namespaceOf(challenge)} --ignore-not-found -o name`,
    shell,
  );
  return output.trim() !== '';
}

/** Runs what the solution says. @throws {SetUpError} */
export const solve = ({ solution }: Challenge, shell: Shell): Promise<void> => must(solution.run, shell);

async function must(script: string, shell: Shell): Promise<void> {
  const { output, exitCode, ended } = await runOnce(script, shell, commandMs);
  if (exitCode !== 0)
    throw new SetUpError(`This failed (${ended ?? `exit code ${exitCode}`}):\n${script}\n${output.trim()}`);
}
