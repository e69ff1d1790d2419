import { cpus, loadavg, totalmem } from 'node:os';
import { run } from '../../../scripts/support/run.ts';
import type { Options } from './options.ts';

/** What the figures depend on. */
export async function conditionsOf(options: Options, url: string): Promise<Record<string, string | number>> {
  return {
    'requests a second': options.perSecond,
    clients: options.clients,
    seed: options.seed,
    through: url,
    machine: `${cpus().length} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, shared by load and cluster`,
    'load of the machine': `${loadavg()[2]?.toFixed(1) ?? '?'} (15 minutes)`,
    node: process.version,
    revision: await run('git', ['rev-parse', '--short', 'HEAD']).catch(() => 'unknown'),
    ended: new Date().toISOString(),
  };
}
