import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpuMicroseconds } from '../support/processes.ts';
import type { Target } from './targets.ts';

/** One round of one target. */
export interface Sample {
  readonly completed: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly failed: number;
  /** Of the proxy's process and its children, per completed request, in microseconds. */
  readonly cpuPerRequest?: number;
}

export interface Load {
  readonly connections: number;
  readonly seconds: number;
}

/** @throws when any request failed: what was measured would not be the work of a proxy. */
export async function measure(target: Target, { connections, seconds }: Load): Promise<Sample> {
  const before = target.pid === undefined ? 0 : cpuMicroseconds(target.pid);
  const program = new URL('load.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [program, target.url, String(connections), String(seconds)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [output, [code]] = await Promise.all([
    child.stdout.toArray(),
    once(child, 'exit') as Promise<[number]>,
  ]);
  if (code !== 0) throw new Error(`the load on ${target.name} ended with exit code ${code}`);
  const sample = JSON.parse(Buffer.concat(output as Buffer[]).toString()) as Sample;
  if (sample.failed > 0 || sample.completed === 0)
    throw new Error(`${target.name}: ${JSON.stringify(sample)}`);
  if (target.pid === undefined) return sample;
  return { ...sample, cpuPerRequest: (cpuMicroseconds(target.pid) - before) / sample.completed };
}
