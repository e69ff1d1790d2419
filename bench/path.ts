/**
 * What each layer of the whole path costs: `npm run bench:path`, about five minutes. The same requests on bare Fastify, bare
 * NestJS, the service alone, with its ambassador, and with log file and sidecar; see bench/README.md. `--without`: what the
 * service costs without one of its features.
 * Rounds are interleaved, so that other work of the machine falls on all alike, and ratios are taken within a round.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { contenderNames, startContenders } from './path/contenders.ts';
import { measureOnKind } from './path/kind.ts';
import { showSpread } from '@shop/testing/report';
import { measure, type Sample } from './path/measure.ts';
import { differences, productToUser, report, summarize } from './path/report.ts';
import { variants } from './path/variants.ts';
import { loadNow } from './support/conditions.ts';
import { endWith, optionsOr } from '../scripts/support/command-line.ts';

const options = optionsOr('npm run bench:path', {
  rounds: 6,
  requests: 3_000,
  connections: 16,
  only: { anyOf: [...contenderNames, ...Object.keys(variants), 'kind'] },
  without: false,
});
const { rounds, requests, connections } = options;
const baseline = 'bare NestJS';

const whole = 'service alone';

const names = options.without ? Object.keys(variants) : [];
const only = options.without && options.only.length === 0 ? [baseline, whole, ...names] : options.only;
const isWanted = (name: string): boolean => only.length === 0 || only.includes(name);

const versionOf = (name: string): string =>
  (
    JSON.parse(readFileSync(new URL(`../node_modules/${name}/package.json`, import.meta.url), 'utf8')) as {
      version: string;
    }
  ).version;
const loadBefore = loadNow();
const contenders = await startContenders(names).catch(endWith);
try {
  const { content } = contenders;
  const work = [
    ...contenders.all.map((contender) => ({
      request: contender.listUrl ? 'GET /product/:id' : 'GET /user/:id',
      contender,
      load: { url: contender.entityUrl },
    })),
    ...contenders.all.flatMap((contender) =>
      contender.listUrl && !options.without
        ? [{ request: 'POST /product', contender, load: { url: contender.listUrl, content } }]
        : [],
    ),
  ]
    .filter(({ contender }) => isWanted(contender.name))
    .map((each) => ({ ...each, samples: [] as Sample[] }));
  // Until the compilers have settled, which takes longest where there is most code.
  for (const { load, contender } of work)
    await measure({ ...load, connections, requests: 9 * requests }, contender.processes);
  for (let round = 0; round < rounds; round += 1) {
    process.stderr.write(`round ${round + 1} of ${rounds}\n`);
    // Everyone goes first once: the first of a round meets another machine than the last.
    for (const index of work.keys()) {
      const { load, contender, samples } = work[(index + round) % work.length] as (typeof work)[number];
      samples.push(await measure({ ...load, connections, requests }, contender.processes));
    }
  }
  const series = work.map(({ request, contender, samples }) => ({
    request,
    contender: contender.name,
    rounds: samples,
  }));
  const summary = summarize(series, baseline);
  const ratios = [whole, 'with ambassador'].flatMap((name) => {
    const ratio = productToUser(series, name);
    return ratio ? [[name, ratio] as const] : [];
  });
  const conditions = {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    load: `${loadBefore} before, ${loadNow()} after`,
    node: process.version,
    ...Object.fromEntries(['fastify', '@nestjs/core', 'mongodb'].map((name) => [name, versionOf(name)])),
    mongod: contenders.mongodVersion,
    rounds,
    requestsPerRound: requests,
    connections,
  };
  const kind = isWanted('kind') ? await measureOnKind(content) : { text: '' };
  mkdirSync(new URL('../reports', import.meta.url), { recursive: true });
  writeFileSync(
    new URL('../reports/bench-path.json', import.meta.url),
    `${JSON.stringify({ conditions, summary, productToUser: Object.fromEntries(ratios), kind }, null, 2)}\n`,
  );
  process.stdout.write(report(conditions, summary, baseline));
  for (const [name, ratio] of ratios)
    process.stdout.write(
      `\nGET: product’s service with its seller (${name}) / user’s service: ${showSpread(ratio, 2)}\n`,
    );
  if (options.without) process.stdout.write(`\n${differences(series, whole, baseline)}\n`);
  else process.stdout.write(`\n${kind.text}\n`);
} finally {
  await contenders.stop();
}
