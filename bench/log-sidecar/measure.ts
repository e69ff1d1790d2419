import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Contender } from './contenders.ts';
import { cpuSeconds, memory, processTree } from './process-tree.ts';

/** One round of one contender. */
export interface Sample {
  readonly linesPerSecond: number;
  readonly cpuMicrosecondsPerLine: number;
  readonly peakRssMiB: number;
  readonly anonymousMiB: number;
}

/** Nothing has come for so long that nothing will. */
const silenceMs = 20_000;

/**
 * Lets a contender read the file from its beginning, from the first output to the last line: its start-up is not counted.
 * @throws when not all lines come, or one too many.
 */
export async function measure(contender: Contender, file: string, lines: number): Promise<Sample> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-log-sidecar-'));
  const pipe = `${directory}/pipe`;
  if (spawnSync('mkfifo', [pipe]).status !== 0) throw new Error('mkfifo failed');
  // Open for writing as well, so that opening does not wait for the contender and its end is not the pipe's.
  const fd = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
  const reader = new Socket({ fd, readable: true, writable: false });
  const child = contender.start(file, pipe, directory);
  const { pid } = child;
  if (pid === undefined) throw new Error(`${contender.name} does not start`);
  try {
    let seen = 0;
    let first: { readonly at: number; readonly cpu: number; readonly lines: number } | undefined;
    await new Promise<void>((resolve, reject) => {
      const silence = setTimeout(
        () => reject(new Error(`${contender.name}: only ${seen} lines came`)),
        silenceMs,
      );
      child.once('exit', (code) => reject(new Error(`${contender.name} ended with ${code}`)));
      reader.on('data', (part: Buffer) => {
        silence.refresh();
        for (let at = part.indexOf(10); at >= 0; at = part.indexOf(10, at + 1)) seen++;
        first ??= { at: performance.now(), cpu: cpuSeconds(pid), lines: seen };
        if (seen < lines) return;
        clearTimeout(silence);
        if (seen === lines) resolve();
        else reject(new Error(`${contender.name}: ${seen} lines instead of ${lines}`));
      });
    });
    if (!first) throw new Error('nothing came');
    const counted = lines - first.lines;
    const { peak, anonymous } = memory(pid);
    return {
      linesPerSecond: counted / ((performance.now() - first.at) / 1000),
      cpuMicrosecondsPerLine: ((cpuSeconds(pid) - first.cpu) * 1e6) / counted,
      peakRssMiB: peak,
      anonymousMiB: anonymous,
    };
  } finally {
    child.removeAllListeners('exit');
    const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
    // Children first: a shell would leave its pipeline behind.
    for (const member of [...processTree(pid)].toReversed()) process.kill(member, 'SIGTERM');
    await ended;
    reader.destroy();
    rmSync(directory, { recursive: true, force: true });
  }
}
