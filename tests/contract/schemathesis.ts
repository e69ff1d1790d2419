import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { OpenApi } from '@shop/testing/openapi';
import { judge, type Judgement, type RunReport } from './judge.ts';
import type { Api } from './shop-index.ts';

const config = fileURLToPath(new URL('../../schemathesis.toml', import.meta.url));

export interface Run {
  /** A Python with schemathesis installed. */
  readonly python: string;
  /** Of the shop, without a trailing slash. */
  readonly url: string;
  readonly token: string | undefined;
  /** The certificate authority of an https URL, if it is not a public one. */
  readonly authority: string | undefined;
  /** Where the shop limits the rate of requests. */
  readonly perSecond: number | undefined;
  readonly seed: number;
  /** For its reports. */
  readonly folder: string;
}

/** Runs schemathesis on the document of an API, its output as it comes, and judges what it found. */
export async function examine({ name: service, openapi }: Api, run: Run): Promise<Judgement> {
  const location = `${run.url}${openapi}`;
  const folder = join(run.folder, service);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const file = (name: string): string => join(folder, name);
  writeFileSync(file('schemathesis.toml'), configFor(run.token));
  const checks = '--checks all --mode all --phases examples,coverage,fuzzing,stateful';
  const ways = '--continue-on-failure --no-color --generation-database none --report ndjson,json';
  const args = [
    ...'-m schemathesis.cli --config-file schemathesis.toml run'.split(' '),
    location,
    ...`${checks} ${ways} --seed ${run.seed}`.split(' '),
    ...'--report-ndjson-path events.ndjson --report-json-path report.json'.split(' '),
    ...(run.authority === undefined ? [] : ['--tls-verify', run.authority]),
    ...(run.perSecond === undefined ? [] : ['--rate-limit', `${run.perSecond}/s`]),
  ];
  const env = { ...process.env, ...(run.token === undefined ? {} : { SHOP_TOKEN: run.token }) };
  const child = spawn(run.python, args, { cwd: folder, env, stdio: ['ignore', 'inherit', 'inherit'] });
  await once(child, 'close');

  const document = (await (await fetch(location)).json()) as OpenApi;
  const report = existsSync(file('report.json'))
    ? (JSON.parse(readFileSync(file('report.json'), 'utf8')) as RunReport)
    : undefined;
  return judge(service, document, await eventsOf(file('events.ndjson')), report);
}

/** The token comes from the environment, because every user of this machine could read an argument. */
const configFor = (token: string | undefined): string =>
  (token === undefined ? '' : `headers = { Authorization = "Bearer \${SHOP_TOKEN}" }\n`) +
  readFileSync(config, 'utf8');

async function eventsOf(path: string): Promise<unknown[]> {
  if (!existsSync(path)) return [];
  const events: unknown[] = [];
  for await (const line of createInterface({ input: createReadStream(path) })) events.push(JSON.parse(line));
  return events;
}
