/**
 * What the log sidecar costs, compared with a bare `tail -F | cat` and rsyslog: `npm run bench:logs`, about two
 * minutes.
 * Each brings the same file, with lines of about 200 bytes, to a pipe that this process reads. Rounds are interleaved,
 * and ratios are taken within a round: on a busy machine lines per second mean little, but CPU per line and its ratio
 * do. rsyslog adds the same members, but neither checks nor redacts lines, and saves its position only now and then;
 * tail does not change lines at all.
 * Then an app writes at a steady pace, once in each round. What the sidecar uses meanwhile determines what its pod
 * gets.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { asInPod, findContenders, sidecar } from './log-sidecar/contenders.ts';
import { writeLogFile } from './log-sidecar/log-file.ts';
import { measure, type Sample } from './log-sidecar/measure.ts';
import { measurePaced, type PacedSample } from './log-sidecar/paced.ts';
import { report, summarize, summarizePaced } from './log-sidecar/report.ts';
import { optionsOr } from '../scripts/support/command-line.ts';

const options = optionsOr('npm run bench:logs', { rounds: 6, lines: 1_000_000, pace: 100_000, seconds: 5 });
const { lines } = options;
const directory = mkdtempSync(join(tmpdir(), 'bench-log-sidecar-'));
const file = join(directory, 'app.log');
try {
  const bytes = writeLogFile(file, lines);
  const conditions = {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    node: process.version,
    asInPod,
    rounds: options.rounds,
    lines,
    bytesPerLine: Math.round(bytes / lines),
    output: 'a pipe of 64 KiB',
    pace: { linesPerSecond: options.pace, seconds: options.seconds },
    loadBefore: loadavg().map((load) => Number(load.toFixed(1))),
  };
  const { present, missing } = findContenders();
  const paced: PacedSample[] = [];
  const samples = new Map<string, Sample[]>(present.map(({ name }) => [name, []]));
  for (let round = 0; round < conditions.rounds; round++) {
    process.stderr.write(`round ${round + 1} of ${conditions.rounds}\n`);
    // Each goes first in turn: the machine's state differs between the first and the last of a round.
    const order = [...present.slice(round % present.length), ...present.slice(0, round % present.length)];
    for (const contender of order) samples.get(contender.name)?.push(await measure(contender, file, lines));
    paced.push(await measurePaced(sidecar, `${file}.paced`, conditions.pace));
  }
  const summary = summarize(samples);
  const pacedSummary = summarizePaced(paced);
  const reports = new URL('../reports/', import.meta.url);
  mkdirSync(reports, { recursive: true });
  const content = { conditions, missing, summary, pacedSummary, samples: Object.fromEntries(samples), paced };
  writeFileSync(new URL('bench-log-sidecar.json', reports), `${JSON.stringify(content, null, 2)}\n`);
  process.stdout.write(report(conditions, summary, pacedSummary, missing));
} finally {
  rmSync(directory, { recursive: true, force: true });
}
