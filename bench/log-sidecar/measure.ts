import type { Contender } from './contenders.ts';
import { cpuSeconds, memory } from './process-tree.ts';
import { Running } from './running.ts';

/** One round of one contender. */
export interface Sample {
  readonly linesPerSecond: number;
  readonly cpuMicrosecondsPerLine: number;
  readonly peakRssMiB: number;
  readonly anonymousMiB: number;
}

/**
 * Lets a contender read the file from its beginning, from the first output to the last line: its start-up is not counted.
 * @throws when not all lines come, or one too many.
 */
export async function measure(contender: Contender, file: string, lines: number): Promise<Sample> {
  await using running = new Running(contender, file);
  const { pid } = running;
  await running.untilLines(1);
  const first = { at: performance.now(), cpu: cpuSeconds(pid), lines: running.lines };
  await running.untilLines(lines);
  if (running.lines > lines) throw new Error(`${contender.name}: ${running.lines} lines instead of ${lines}`);
  const seconds = (performance.now() - first.at) / 1000;
  const counted = lines - first.lines;
  const { peak, anonymous } = memory(pid);
  return {
    linesPerSecond: counted / seconds,
    cpuMicrosecondsPerLine: ((cpuSeconds(pid) - first.cpu) * 1e6) / counted,
    peakRssMiB: peak,
    anonymousMiB: anonymous,
  };
}
