/** What can be broken on a laptop: the supervisor's own commands. */
import type { Fault } from '@shop/board';
import { BrokenPrograms } from './broken-programs.ts';
import { askSupervisor } from '../laptop/control-client.ts';
import type { State } from '../laptop/program.ts';

/** Waits for the state of a program. */
export interface Programs {
  /** Resolves when the program is in this state, or the signal is aborted. */
  until(program: string, state: State, signal: AbortSignal): Promise<void>;
}

/** Starts again what a board that was killed has left stopped. */
export async function repairLaptop(dataDir: string): Promise<void> {
  const broken = new BrokenPrograms(dataDir);
  for (const program of broken.list()) {
    // A program that does not start is shown as it is; the supervisor goes on trying.
    await askSupervisor(dataDir, { command: 'scale', program, replicas: 1 }).catch(() => undefined);
    broken.remove(program);
  }
}

export function laptopFaults(dataDir: string, programs: Programs): readonly Fault[] {
  const broken = new BrokenPrograms(dataDir);
  const scale = (program: string, replicas: number) =>
    askSupervisor(dataDir, { command: 'scale', program, replicas });

  /** Stops a program until the fault is undone, or another client starts it again. */
  const stop = (program: string, title: string, clientSees: string): Fault => ({
    name: `stop-${program}`,
    title,
    clientSees,
    lasting: true,
    async run(active, signal) {
      broken.add(program);
      await scale(program, 0);
      active();
      await programs.until(program, 'stopped', signal);
      await programs.until(program, 'ready', signal);
      await scale(program, 1);
      broken.remove(program);
    },
  });

  /** Ends a program as a crash would; over when the supervisor has it running again. */
  const kill = (program: string, title: string, clientSees: string): Fault => ({
    name: `kill-${program}`,
    title,
    clientSees,
    lasting: false,
    async run(active, signal) {
      await askSupervisor(dataDir, { command: 'kill', program });
      active();
      await programs.until(program, 'starting', AbortSignal.any([signal, AbortSignal.timeout(2_000)]));
      await programs.until(program, 'ready', signal);
    },
  });

  return [
    stop('user', 'Stop user', 'Every product, with a fallback for its seller. Nothing fails.'),
    stop('product', 'Stop product', 'Requests for products fail with 503 until it is back.'),
    stop('product-ambassador', 'Stop product’s ambassador', 'Every product, with a fallback for its seller.'),
    kill(
      'user',
      'Crash user',
      'Fallbacks for some seconds, until user runs again and the breaker closes. Nothing fails.',
    ),
    kill('product', 'Crash product', 'Failed requests, for about a second.'),
    kill('front-door', 'Crash the front door', 'Failed requests, for about a second.'),
  ];
}
