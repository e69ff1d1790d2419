import { showSpread, spread, table, type Spread } from '@shop/testing/report';
import { baseline } from './contenders.ts';
import type { Sample } from './measure.ts';
import type { PacedSample } from './paced.ts';

/** One contender over all rounds. */
export interface Summary {
  readonly name: string;
  readonly linesPerSecond: Spread;
  readonly cpuMicrosecondsPerLine: Spread;
  readonly peakRssMiB: Spread;
  readonly anonymousMiB: Spread;
  /** Lines per second divided by the baseline's in the same round, and CPU per line likewise. */
  readonly speedRatio: Spread;
  readonly cpuRatio: Spread;
}

export function summarize(samples: ReadonlyMap<string, readonly Sample[]>): Summary[] {
  const base = samples.get(baseline) ?? [];
  return [...samples].map(([name, rounds]) => {
    const of = (key: keyof Sample): Spread => spread(rounds.map((sample) => sample[key]));
    const ratio = (key: keyof Sample): Spread =>
      spread(rounds.map((sample, round) => sample[key] / (base[round] as Sample)[key]));
    return {
      name,
      linesPerSecond: of('linesPerSecond'),
      cpuMicrosecondsPerLine: of('cpuMicrosecondsPerLine'),
      peakRssMiB: of('peakRssMiB'),
      anonymousMiB: of('anonymousMiB'),
      speedRatio: ratio('linesPerSecond'),
      cpuRatio: ratio('cpuMicrosecondsPerLine'),
    };
  });
}

/** The sidecar at a steady pace over all rounds; memory in MiB. */
export interface PacedSummary {
  readonly linesPerSecond: Spread;
  readonly cpuShare: Spread;
  readonly behindMs: Spread;
  readonly idleRss: Spread;
  readonly idleAnonymous: Spread;
  readonly rss: Spread;
  readonly anonymous: Spread;
  readonly peakRss: Spread;
}

export const summarizePaced = (samples: readonly PacedSample[]): PacedSummary => ({
  linesPerSecond: spread(samples.map(({ linesPerSecond }) => linesPerSecond)),
  cpuShare: spread(samples.map(({ cpuShare }) => cpuShare)),
  behindMs: spread(samples.map(({ behindMs }) => behindMs)),
  idleRss: spread(samples.map(({ idle }) => idle.resident)),
  idleAnonymous: spread(samples.map(({ idle }) => idle.anonymous)),
  rss: spread(samples.map(({ busy }) => busy.resident)),
  anonymous: spread(samples.map(({ busy }) => busy.anonymous)),
  peakRss: spread(samples.map(({ busy }) => busy.peak)),
});

/** A table for people, and whether the sidecar's aims are met. */
export function report(
  conditions: Readonly<Record<string, unknown>>,
  summary: readonly Summary[],
  paced: PacedSummary,
  missing: Readonly<Record<string, string>>,
): string {
  const rows = [
    [
      '',
      'lines/s',
      'CPU µs/line',
      'peak RSS MiB',
      'of it its own',
      `speed / ${baseline}`,
      `CPU / ${baseline}`,
    ],
    ...summary.map((row) => [
      row.name,
      showSpread(row.linesPerSecond),
      showSpread(row.cpuMicrosecondsPerLine, 2),
      showSpread(row.peakRssMiB, 1),
      showSpread(row.anonymousMiB, 1),
      showSpread(row.speedRatio, 2),
      showSpread(row.cpuRatio, 2),
    ]),
    ...Object.entries(missing),
  ];
  const pacedRows = [
    ['log-sidecar at a pace', 'lines/s', 'CPU, % of a core', 'behind ms', 'RSS MiB', 'of it its own'],
    ['idle', '0', '', '', showSpread(paced.idleRss, 1), showSpread(paced.idleAnonymous, 1)],
    [
      'busy',
      showSpread(paced.linesPerSecond),
      showSpread(percent(paced.cpuShare)),
      showSpread(paced.behindMs),
      showSpread(paced.rss, 1),
      showSpread(paced.anonymous, 1),
    ],
  ];
  return `${[JSON.stringify(conditions), table(rows), table(pacedRows), aims(summary, paced)].join('\n\n')}\n`;
}

const percent = ({ median, min, max }: Spread): Spread => ({
  median: 100 * median,
  min: 100 * min,
  max: 100 * max,
});

const verdict = (met: boolean): string => (met ? 'met' : 'missed');

function aims(summary: readonly Summary[], { peakRss, anonymous }: PacedSummary): string {
  const sidecar = summary.find(({ name }) => name === 'log-sidecar');
  if (!sidecar) return '';
  const perCore = 1e6 / sidecar.cpuMicrosecondsPerLine.median;
  return [
    `aim: 100,000 lines a second of one core: ${verdict(perCore >= 100_000)}, ${perCore.toFixed(0)}`,
    `aim: less than 60 MiB RSS at the pace: ${verdict(peakRss.max < 60)}, at most ${peakRss.max.toFixed(1)},` +
      ` of which ${anonymous.max.toFixed(1)} are its own; the rest are pages of files, most of them node itself`,
  ].join('\n');
}
