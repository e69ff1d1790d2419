/**
 * What one client can do to another one with requests that are costly to read: `npm run bench:attack`, about three minutes.
 * A separate laptop shop; one client reads a product over and over. Meanwhile another one is quiet, attacks at a pace,
 * sends harmless requests of the same length as fast as it can, and attacks as fast as it can: in turns, so that anything
 * else the machine does falls on all of them, and each round's ratios are taken within the round.
 * Exit code 1 when the first client's median time under an attack at a pace is more than 1.5 times what it is without
 * else, or, at full speed, more than three times what it is beside the harmless client: any second client that is served
 * as fast as it can takes its share of two cores, and reading a text once may cost more than not reading it.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { exampleProductId } from '../scripts/seed/data.ts';
import { startLaptop } from '../scripts/laptop/test/support/instance.ts';
import { laptopTarget } from '../tests/support/targets/laptop.ts';
import { attacks, harmless, timeoutMs, type Order } from './attack/attacks.ts';
import { HttpClient } from '@shop/testing/load';
import { showSpread, spread, table, type Spread } from '@shop/testing/report';
import { optionsOr } from '../scripts/support/command-line.ts';

const options = optionsOr('npm run bench:attack', {
  rounds: 4,
  seconds: 1,
  pace: 20,
  only: { anyOf: Object.keys(attacks) },
});
const root = fileURLToPath(new URL('..', import.meta.url));
const mostPaced = 1.5;
const mostFull = 3;

mkdirSync(`${root}reports`, { recursive: true });
await using laptop = await startLaptop({ logFile: `${root}reports/bench-attack-laptop.log` });
const target = await laptopTarget(laptop.dataDir);
await target.waitReady();
const client = new HttpClient({ url: target.url }, timeoutMs);
const attacker = fork(fileURLToPath(new URL('attack/attacker.ts', import.meta.url)), [target.url]);

const verdict = (ratio: Spread, most: number): string =>
  `${showSpread(ratio, 2)}${ratio.median > most ? ' TOO MUCH' : ''}`;

/** @returns the times of a round's requests, in milliseconds. */
async function measure(seconds: number): Promise<number[]> {
  const times: number[] = [];
  const until = performance.now() + seconds * 1000;
  while (performance.now() < until) {
    const start = performance.now();
    const { status } = await client.send({ method: 'GET', path: `/product/${exampleProductId}` });
    times.push(performance.now() - start);
    if (status !== 200) throw new Error(`the client that measures got ${status}`);
  }
  return times;
}

/** @returns the median of a round's times, in milliseconds, and how many requests a second the other client made. */
async function round(order: Order): Promise<{ median: number; perSecond: number }> {
  const { seconds } = options;
  if (order.attack) attacker.send(order);
  const { median } = spread(await measure(seconds));
  if (!order.attack) return { median, perSecond: 0 };
  attacker.send({});
  const [{ requests }] = (await once(attacker, 'message')) as [{ requests: number }];
  return { median, perSecond: requests / seconds };
}

try {
  await measure(3);
  const rows: string[][] = [
    ['p50, ms', 'quiet', 'paced', 'paced/quiet', 'harmless', 'attack', 'attack/harmless', 'attacks/s'],
  ];
  const report: Record<string, object> = {};
  for (const [name, attack] of Object.entries(attacks).filter(
    ([name]) => options.only.length === 0 || options.only.includes(name),
  )) {
    process.stderr.write(`${name}\n`);
    const rounds: Record<'quiet' | 'paced' | 'harmless' | 'full', { median: number; perSecond: number }>[] =
      [];
    for (let number = 0; number < options.rounds; number += 1) {
      const quiet = await round({});
      const paced = await round({ attack, perSecond: options.pace });
      const asLong = await round({ attack: harmless(attack) });
      rounds.push({ quiet, paced, harmless: asLong, full: await round({ attack }) });
    }
    const medians = (key: 'quiet' | 'paced' | 'harmless' | 'full'): string =>
      showSpread(spread(rounds.map((each) => each[key].median)), 1);
    const paced = spread(rounds.map((each) => each.paced.median / each.quiet.median));
    const full = spread(rounds.map((each) => each.full.median / each.harmless.median));
    if (paced.median > mostPaced || full.median > mostFull) process.exitCode = 1;
    report[name] = { paced, full, rounds };
    rows.push([
      name,
      medians('quiet'),
      medians('paced'),
      verdict(paced, mostPaced),
      medians('harmless'),
      medians('full'),
      verdict(full, mostFull),
      showSpread(spread(rounds.map((each) => each.full.perSecond))),
    ]);
  }
  writeFileSync(`${root}reports/bench-attack.json`, `${JSON.stringify(report, null, 2)}\n`);
  process.stdout.write(`${table(rows)}\n`);
} finally {
  client.close();
  attacker.disconnect();
}
