/**
 * A pipeline that a person can read: `node lessons/45-cicd/pipeline.ts FOLDER`. It tests and builds what is in FOLDER,
 * runs it as a canary beside the stable version, and promotes or aborts it by what the canary itself has counted. Ends
 * with 1 unless the version is the stable one afterwards.
 *
 * ALLOWED_ERRORS: the share of a canary's answers that may be errors, 0.05 unless set.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { kubectl } from '../../scripts/kind/kubectl.ts';
import { registry } from '../../scripts/kind/names.ts';
import { CommandError, run, succeeds } from '../../scripts/support/run.ts';

/** Why a version does not become the stable one. */
class Refusal extends Error {}

const repository = `${registry.host}/lesson-cicd`;
const replicas = { stable: 3, canary: 1 };
type Track = keyof typeof replicas;

const allowedErrors = Number(process.env['ALLOWED_ERRORS'] ?? 0.05);
/** Answers of the canary, before which nobody can tell. */
const enough = 40;
const patienceMs = 30_000;

const inNamespace = (...args: string[]): Promise<string> => kubectl(['--namespace', 'lesson-cicd', ...args]);
const say = (stage: string, text: string): void => console.log(`${stage.padEnd(8)} ${text}`);

async function test(folder: string): Promise<void> {
  if (!(await succeeds(process.execPath, ['--test', join(folder, 'price.test.mjs')])))
    throw new Refusal('the tests fail');
  say('test', 'passed');
}

/** @returns the image, by its digest: what was tested is what runs, whatever becomes of the tag. */
async function build(folder: string): Promise<string> {
  await run('docker', ['build', '--quiet', '--tag', repository, folder]);
  await run('docker', ['push', '--quiet', repository]);
  const names = await run('docker', [
    'image',
    'inspect',
    '--format',
    '{{join .RepoDigests "\\n"}}',
    repository,
  ]);
  const image = names.split('\n').find((name) => name.startsWith(`${repository}@`));
  if (image === undefined) throw new Refusal(`the registry gave ${repository} no digest`);
  say('build', image);
  return image;
}

async function deploy(track: Track, image: string): Promise<void> {
  const manifest = readFileSync(join(import.meta.dirname, 'deployment.yaml'), 'utf8')
    .replaceAll('TRACK', track)
    .replaceAll('REPLICAS', String(replicas[track]))
    .replaceAll('IMAGE', image);
  await kubectl(['apply', '--filename=-'], { input: manifest });
  await inNamespace('rollout', 'status', `deployment/${track}`, '--timeout=60s');
  say(track, `${replicas[track]} of ${replicas.stable + replicas.canary} pods`);
}

interface Count {
  readonly answers: number;
  readonly errors: number;
}

/** What the canary has counted. */
async function count(): Promise<Count> {
  const pod = await inNamespace('get', 'pods', '--selector=track=canary', '--output=name');
  const path = `/api/v1/namespaces/lesson-cicd/pods/${pod.replace('pod/', '')}:8080/proxy/metrics`;
  const metrics = await kubectl(['get', '--raw', path]);
  const samples = [...metrics.matchAll(/^http_requests_total\{status="(\d+)"\} (\d+)$/gm)];
  const sum = (from: typeof samples) => from.reduce((total, [, , value]) => total + Number(value), 0);
  return { answers: sum(samples), errors: sum(samples.filter(([, status]) => Number(status) >= 500)) };
}

async function measure(): Promise<void> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const { answers, errors } = await count();
    if (answers >= enough) {
      say('measure', `${errors} of ${answers} answers were errors`);
      if (errors / answers > allowedErrors) throw new Refusal(`no more than ${allowedErrors * 100} % may be`);
      return;
    }
    if (performance.now() > deadline) throw new Refusal(`${answers} answers are too few to tell`);
    await delay(500);
  }
}

async function deliver(folder: string): Promise<void> {
  await test(folder);
  const image = await build(folder);
  if ((await inNamespace('get', 'deployment', 'stable', '--ignore-not-found')) !== '') {
    try {
      await deploy('canary', image);
      await measure();
      // The canary stays until the others are there.
      await deploy('stable', image);
    } finally {
      // Gone with its pods: the next one's are counted by themselves.
      await inNamespace('delete', 'deployment', 'canary', '--ignore-not-found', '--cascade=foreground');
    }
  } else await deploy('stable', image);
  say('done', 'it is the stable version');
}

try {
  await deliver(process.argv[2] ?? join(import.meta.dirname, 'app'));
} catch (error) {
  if (error instanceof Refusal) say('abort', error.message);
  else if (error instanceof CommandError) say('abort', error.message);
  else throw error;
  process.exitCode = 1;
}
