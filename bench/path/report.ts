import { showSpread, spread, table, type Spread } from '@shop/testing/report';
import type { Sample } from './measure.ts';

/** The rounds of one contender with one kind of request. */
export interface Series {
  readonly request: string;
  readonly contender: string;
  readonly rounds: readonly Sample[];
}

export interface Summary {
  readonly request: string;
  readonly contender: string;
  readonly perSecond: Spread;
  readonly p99Ms: Spread;
  /** Microseconds per request, by process. */
  readonly cpu: Readonly<Record<string, Spread>>;
  /** The service's own, divided by that of the baseline in the same round. */
  readonly ratio?: Spread;
  /** Microseconds per request of all processes, more than those of the contender before in the same round. */
  readonly layer?: Spread;
}

const total = ({ cpu }: Sample): number => Object.values(cpu).reduce((sum, each) => sum + each, 0);
const own = ({ cpu }: Sample): number => cpu['service'] ?? 0;

/** @param baseline the contender that the others are compared with. */
export function summarize(all: readonly Series[], baseline: string): Summary[] {
  return all.map(({ request, contender, rounds }, index) => {
    const base = all.find((other) => other.request === request && other.contender === baseline);
    const before = all[index - 1]?.request === request ? all[index - 1] : undefined;
    const compare = (other: Series, value: (mine: Sample, theirs: Sample) => number): Spread =>
      spread(rounds.map((mine, round) => value(mine, other.rounds[round] as Sample)));
    const names = Object.keys(rounds[0]?.cpu ?? {});
    return {
      request,
      contender,
      perSecond: spread(rounds.map(({ perSecond }) => perSecond)),
      p99Ms: spread(rounds.map(({ p99Ms }) => p99Ms)),
      cpu: Object.fromEntries(names.map((name) => [name, spread(rounds.map(({ cpu }) => cpu[name] ?? 0))])),
      ...(base && { ratio: compare(base, (mine, theirs) => own(mine) / own(theirs)) }),
      ...(before && { layer: compare(before, (mine, theirs) => total(mine) - total(theirs)) }),
    };
  });
}

/**
 * CPU of the product process for a product with its seller, divided by that of the user process for a user.
 * @param productIn the row of product.
 */
export function productToUser(all: readonly Series[], productIn: string): Spread | undefined {
  const product = all.find(({ contender, request }) => contender === productIn && request.startsWith('GET'));
  const user = all.find(({ contender }) => contender === 'user');
  if (!product || !user) return undefined;
  return spread(product.rounds.map((mine, round) => own(mine) / own(user.rounds[round] as Sample)));
}

/**
 * A table of the service in its variants: what each one takes less than the whole service, and its ratio to the baseline, in
 * the same round.
 */
export function differences(all: readonly Series[], whole: string, baseline: string): string {
  const seriesOf = (name: string) => all.find(({ contender }) => contender === name);
  const [unchanged, base] = [seriesOf(whole), seriesOf(baseline)];
  if (!unchanged || !base) return '';
  const compare = (
    { rounds }: Series,
    other: Series,
    value: (mine: number, theirs: number) => number,
  ): Spread => spread(rounds.map((mine, round) => value(own(mine), own(other.rounds[round] as Sample))));
  const rows = all
    .filter((each) => each !== base)
    .map((each) => [
      each.contender,
      showSpread(spread(each.rounds.map(own))),
      each === unchanged ? '-' : showSpread(compare(each, unchanged, (mine, theirs) => mine - theirs)),
      showSpread(
        compare(each, base, (mine, theirs) => mine / theirs),
        2,
      ),
    ]);
  return table([['GET /product/:id', 'service', `more than ${whole}`, `service / ${baseline}`], ...rows]);
}

/** Tables for people, one for each kind of request. */
export function report(
  conditions: Readonly<Record<string, unknown>>,
  summary: readonly Summary[],
  baseline: string,
): string {
  const requests = [...new Set(summary.map(({ request }) => request))];
  const tables = requests.map((request) => {
    const rows = summary
      .filter((each) => each.request === request)
      .map(({ contender, perSecond, p99Ms, cpu, ratio, layer }) => [
        contender,
        showSpread(perSecond),
        showSpread(p99Ms),
        ...['service', 'ambassador', 'log-sidecar'].map((name) => (cpu[name] ? showSpread(cpu[name]) : '-')),
        ratio ? showSpread(ratio, 2) : '-',
        layer ? showSpread(layer) : '-',
      ]);
    const titles = [request, 'requests/s', 'p99 ms', 'service', 'ambassador', 'log-sidecar'];
    return table([[...titles, `service / ${baseline}`, 'layer'], ...rows]);
  });
  const about = Object.entries(conditions).map(([name, value]) => `${name}: ${String(value)}`);
  const legend =
    'CPU µs per request of each process; median (min-max) of the rounds; layer: all processes, more than the row above';
  return `\n${legend}\n\n${tables.join('\n\n')}\n\n${about.join(' · ')}\n`;
}
