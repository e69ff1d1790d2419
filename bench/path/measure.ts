import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpuMicroseconds } from '../support/processes.ts';
import type { Load } from './load.ts';

/** How often a round is measured in which a request fails, as one does on a machine that is busy with other work. */
const attempts = 5;

/** One round of one contender. */
export interface Sample {
  readonly perSecond: number;
  readonly p99Ms: number;
  /** Microseconds per completed request, of each process. */
  readonly cpu: Readonly<Record<string, number>>;
}

const program = new URL('load.ts', import.meta.url).pathname;

/**
 * Measures a round until no request of it fails: what was measured otherwise would not be the work of a service.
 * @param processes whose CPU time counts, by what they are called.
 * @throws when a request failed each time.
 */
export async function measure(load: Load, processes: Readonly<Record<string, number>>): Promise<Sample> {
  for (let attempt = 1; ; attempt += 1)
    try {
      return await measureOnce(load, processes);
    } catch (error) {
      if (attempt === attempts) throw error;
      process.stderr.write(`again: ${(error as Error).message}\n`);
    }
}

async function measureOnce(load: Load, processes: Readonly<Record<string, number>>): Promise<Sample> {
  const cpuNow = () => Object.entries(processes).map(([name, pid]) => [name, cpuMicroseconds(pid)] as const);
  const before = new Map(cpuNow());
  const child = spawn(process.execPath, [program, JSON.stringify(load)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [output, [code]] = await Promise.all([
    child.stdout.toArray() as Promise<Buffer[]>,
    once(child, 'exit') as Promise<[number]>,
  ]);
  if (code !== 0) throw new Error(`the load on ${load.url} ended with exit code ${code}`);
  const result = JSON.parse(Buffer.concat(output).toString()) as Omit<Sample, 'cpu'> & {
    readonly completed: number;
    readonly failed: number;
  };
  const { completed, failed, perSecond, p99Ms } = result;
  if (failed > 0 || completed === 0) throw new Error(`${load.url}: ${JSON.stringify(result)}`);
  const cpu = cpuNow().map(([name, now]) => [name, (now - (before.get(name) ?? 0)) / completed] as const);
  return { perSecond, p99Ms, cpu: Object.fromEntries(cpu) };
}
