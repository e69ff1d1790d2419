import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Contender } from './contenders.ts';
import { appLines } from './log-file.ts';
import { cpuSeconds, memory, type Memory } from './process-tree.ts';
import { Running } from './running.ts';

export interface Pace {
  readonly linesPerSecond: number;
  readonly seconds: number;
}

/** What a contender takes while an app writes at a steady pace, which is how it is used. */
export interface PacedSample {
  /** After one line was passed on, and nothing more came for a second. */
  readonly idle: Memory;
  /** At the end, with all lines passed on. */
  readonly busy: Memory;
  /** The rate that was really reached. */
  readonly linesPerSecond: number;
  /** Share of one core. */
  readonly cpuShare: number;
  /** From the app's last line to its arrival. */
  readonly behindMs: number;
}

/** How often the app writes; each time it writes what is due. */
const sliceMs = 10;
const idleMs = 1000;

/** Makes `file`, writes lines to it at a pace, and deletes it. @throws when not all lines come. */
export async function measurePaced(contender: Contender, file: string, pace: Pace): Promise<PacedSample> {
  const fd = openSync(file, 'ax');
  try {
    await using running = new Running(contender, file);
    const { pid } = running;
    writeSync(fd, appLines(0, 1));
    await running.untilLines(1);
    await delay(idleMs);
    const idle = memory(pid);

    const began = performance.now();
    const cpu = cpuSeconds(pid);
    const total = pace.linesPerSecond * pace.seconds;
    let written = 0;
    while (written < total) {
      await delay(sliceMs);
      const due = Math.min(total, Math.floor(((performance.now() - began) / 1000) * pace.linesPerSecond));
      writeSync(fd, appLines(written + 1, due - written));
      written = due;
    }
    const ended = performance.now();
    await running.untilLines(1 + total);
    const seconds = (performance.now() - began) / 1000;
    return {
      idle,
      busy: memory(pid),
      linesPerSecond: total / ((ended - began) / 1000),
      cpuShare: (cpuSeconds(pid) - cpu) / seconds,
      behindMs: performance.now() - ended,
    };
  } finally {
    closeSync(fd);
    rmSync(file);
  }
}
