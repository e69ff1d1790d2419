/** `npm run test:contract`: a standard client of OpenAPI documents against the running services, see options.ts. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { paths } from '../../scripts/kind/names.ts';
import { exitCodeOf, SetUpError, UsageError } from '../../scripts/support/command-line.ts';
import { startLaptop } from '../../scripts/laptop/test/support/instance.ts';
import type { Target } from '../support/target.ts';
import { kindTarget } from '../support/targets/kind.ts';
import { laptopTarget } from '../support/targets/laptop.ts';
import { urlTarget } from '../support/targets/url.ts';
import { installSchemathesis } from './install.ts';
import { keepContent } from './keep-content.ts';
import type { Result } from './judge.ts';
import { readOptions, usage, type Options } from './options.ts';
import { examine, type Run } from './schemathesis.ts';
import { readIndex } from './shop-index.ts';

const reports = fileURLToPath(new URL('../../reports/', import.meta.url));
/** The Ingress allows each client 100 requests a second, see k8s/platform/traefik/dynamic.yaml. */
const perSecondOfIngress = 60;
const services = ['user', 'product'];

const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** @returns the exit code. */
async function main(options: Options): Promise<number> {
  rmSync(join(reports, `contract-${options.target}.json`), { force: true });
  mkdirSync(join(reports, 'contract'), { recursive: true });
  const python = await installSchemathesis(say);
  // Ctrl-C reaches schemathesis, too. When it has ended, what was started or changed here is restored.
  process.on('SIGINT', () => undefined);
  const judge = async (target: Target, limits: Pick<Run, 'authority' | 'perSecond'>) => {
    await target.waitReady();
    return report(options, target.url, await examineAll(options, python, target, limits));
  };
  const noLimits = { authority: undefined, perSecond: undefined };
  if (options.target === 'laptop') {
    say('Starting a shop on free ports of this machine …');
    const token = randomBytes(24).toString('hex');
    await using laptop = await startLaptop({ logFile: join(reports, 'contract-laptop.log'), token });
    return await judge(await laptopTarget(laptop.dataDir, token), noLimits);
  }
  const target =
    options.url === undefined
      ? await kindTarget(process.env['SHOP_TOKEN'])
      : urlTarget(options.url, process.env['SHOP_TOKEN']);
  const limits =
    options.target === 'kind'
      ? { authority: paths.authorityCertificate, perSecond: perSecondOfIngress }
      : noLimits;
  return await keepContent(target, () => judge(target, limits));
}

interface Examined {
  readonly results: readonly Result[];
  readonly cases: Readonly<Record<'positive' | 'negative', number>>;
}

/** What the index at `/` leads to. */
async function examineAll(
  { target: name, seed }: Options,
  python: string,
  { url, token }: Target,
  limits: Pick<Run, 'authority' | 'perSecond'>,
): Promise<readonly Examined[]> {
  const { apis, results } = await readIndex(url, services);
  const examined: Examined[] = [{ results, cases: { positive: 0, negative: 0 } }];
  const folder = join(reports, 'contract', name);
  for (const api of apis) examined.push(await examine(api, { python, url, token, ...limits, seed, folder }));
  return examined;
}

function report({ target, seed }: Options, url: string, examined: readonly Examined[]): number {
  const results = examined.flatMap((one) => one.results);
  writeFileSync(join(reports, `contract-${target}.json`), JSON.stringify({ target, seed, results }, null, 2));
  const failed = results.filter(({ verdict }) => verdict === 'failed');
  for (const { name, reason } of failed) say(`failed: ${name}: ${reason}`);
  const sum = (mode: 'positive' | 'negative'): number =>
    examined.reduce((total, { cases }) => total + cases[mode], 0);
  say(
    `The contract at ${url}, seed ${seed}: ${results.length - failed.length} passed, ${failed.length} failed; ` +
      `${sum('positive')} requests with valid data, ${sum('negative')} with invalid data`,
  );
  return failed.length === 0 ? 0 : 1;
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') process.stdout.write(usage);
  else process.exitCode = await main(options);
} catch (error) {
  say(
    error instanceof SetUpError && !(error instanceof UsageError)
      ? `The contract was not tested: ${error.message}`
      : (error as Error).message,
  );
  process.exitCode = exitCodeOf(error);
}
