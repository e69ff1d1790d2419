/**
 * What the worst lines cost a redaction: `npm run bench:scrub`. Each contender gets each attack in lines of 4, 16 and
 * 64 KiB. The fault to look for is time that grows more than the line does. Exit code 1 when it does for one of them.
 */
import { attackLines } from '@shop/testing/attack-lines';
import { contenders } from './scrub/contenders.ts';
import { table } from '@shop/testing/report';
import { optionsOr } from '../scripts/support/command-line.ts';

const options = optionsOr('npm run bench:scrub', { repeats: 30 });
const sizes = [4, 16, 64].map((kib) => kib * 1024);
/**
 * 16 times the length in 16 times the time is linear. Noise does not triple the time; quadratic work takes 16 times
 * that.
 */
const mostGrowth = 16 * 3;

/** The shortest of several runs, in microseconds: other work of the machine can only add to it. */
function microseconds(work: () => unknown): number {
  let least = Infinity;
  const deadline = performance.now() + 2_000;
  for (let run = 0; run < options.repeats && (run < 2 || performance.now() < deadline); run += 1) {
    const start = performance.now();
    work();
    least = Math.min(least, (performance.now() - start) * 1000);
  }
  return least;
}

for (const { name, run } of contenders) {
  const ordinary = `${JSON.stringify({ level: 'info', app: 'product', method: 'GET', path: '/product/01941f29-7c01-7000-8000-000000000101', route: '/product/:id', status: 200, durationMs: 1.2, msg: 'request' })}\n`;
  const rounds = 10_000;
  const perLine = microseconds(() => {
    for (let round = 0; round < rounds; round += 1) run(ordinary);
  });
  const rows: string[][] = [
    [name, 'µs at 4 KiB', 'at 16 KiB', 'at 64 KiB', 'growth'],
    ['an ordinary line', (perLine / rounds).toFixed(2), '', '', ''],
  ];
  for (const [attack, make] of Object.entries(attackLines)) {
    const figures = sizes.map((size) => {
      const line = make(size);
      return microseconds(() => run(line));
    });
    const growth = (figures.at(-1) as number) / (figures[0] as number);
    // If a line is rejected at once, the time is too short for its growth to mean anything.
    const isLinear = growth <= mostGrowth || (figures.at(-1) as number) < 100;
    if (!isLinear) process.exitCode = 1;
    rows.push([
      attack,
      ...figures.map((each) => each.toFixed(1)),
      `${growth.toFixed(0)}x${isLinear ? '' : ' NOT LINEAR'}`,
    ]);
  }
  process.stdout.write(`${table(rows)}\n\n`);
}
