/** What can be broken on a laptop: the supervisor's own commands. */
import { join } from 'node:path';
import type { Fault } from '@shop/board';
import {
  breakerShows,
  noFailedRequests,
  noRestarts,
  p99IsBounded,
  recoversWithin,
  restartsOnly,
  type Expectation,
} from '../../tests/chaos/judge/expectations.ts';
import { askSupervisor } from '../laptop/control-client.ts';
import type { State } from '../laptop/program.ts';
import { Journal, takeLeft, type AllLeft } from '../support/journal.ts';
import { criteriaOf } from './criteria.ts';

/** Waits for the state of a program. */
export interface Programs {
  /** Resolves when the program is in this state, or the signal is aborted. */
  until(program: string, state: State, signal: AbortSignal): Promise<void>;
}

/** What is written down of a fault: which program it has stopped. */
interface Stopped {
  readonly fault: string;
  readonly program: string;
}

const journalFolder = (dataDir: string): string => join(dataDir, 'run', 'broken');

function readStopped(value: unknown): Stopped | undefined {
  const { fault, program } = (value ?? {}) as Partial<Stopped>;
  return typeof fault === 'string' && typeof program === 'string' ? { fault, program } : undefined;
}

/** The programs that boards have stopped and, as they were killed, not started again. */
export const leftOnLaptop = (dataDir: string): AllLeft =>
  takeLeft(journalFolder(dataDir), readStopped, ({ fault, program }) => ({
    fault,
    what: `${program} is stopped`,
    async undo() {
      await askSupervisor(dataDir, { command: 'scale', program, replicas: 1 });
      return 'undone';
    },
  }));

/** What is said of a fault. */
interface Description {
  readonly title: string;
  readonly clientSees: string;
  readonly expectations: readonly Expectation[];
}

/** A process starts within a second or two, on a busy machine within some more. */
const returns = recoversWithin(5_000);
/** And then the breaker tries again after up to 5 s. */
const returnsAfterTrial = recoversWithin(12_000);
const breakerTakesOver = [
  noFailedRequests,
  p99IsBounded,
  breakerShows('open', 'half-open', 'closed'),
  returnsAfterTrial,
];

export function laptopFaults(dataDir: string, programs: Programs): readonly Fault[] {
  const journal = new Journal<Stopped>(journalFolder(dataDir));
  const scale = (program: string, replicas: number) =>
    askSupervisor(dataDir, { command: 'scale', program, replicas });

  /** Stops a program until the fault is undone, or another client starts it again. */
  const stop = (program: string, { expectations, ...description }: Description): Fault => ({
    ...description,
    name: `stop-${program}`,
    mustHold: criteriaOf([...expectations, noRestarts]),
    lasting: true,
    async run({ active, ended }, signal) {
      const forget = journal.add({ fault: `stop-${program}`, program });
      active();
      await scale(program, 0);
      await programs.until(program, 'stopped', signal);
      await programs.until(program, 'ready', signal);
      ended();
      await scale(program, 1);
      forget();
    },
  });

  /** Ends a program as a crash would; over when the supervisor has it running again. @param process `UNIT/PART`. */
  const kill = (program: string, process: RegExp, { expectations, ...description }: Description): Fault => ({
    ...description,
    name: `kill-${program}`,
    mustHold: criteriaOf([...expectations, restartsOnly(process)]),
    lasting: false,
    async run({ active, ended }, signal) {
      active();
      await askSupervisor(dataDir, { command: 'kill', program });
      ended();
      await programs.until(program, 'starting', AbortSignal.any([signal, AbortSignal.timeout(2_000)]));
      await programs.until(program, 'ready', signal);
    },
  });

  return [
    stop('user', {
      title: 'Stop user',
      clientSees: 'Every product, with a fallback for its seller. Nothing fails.',
      expectations: breakerTakesOver,
    }),
    stop('product', {
      title: 'Stop product',
      clientSees: 'Requests for products fail with 503 until it is back.',
      expectations: [p99IsBounded, returns],
    }),
    stop('product-ambassador', {
      title: 'Stop product’s ambassador',
      clientSees: 'Every product, with a fallback for its seller.',
      expectations: [noFailedRequests, p99IsBounded, returns],
    }),
    kill('user', /^user\/user$/, {
      title: 'Crash user',
      clientSees: 'Fallbacks for some seconds, until user runs again and the breaker closes. Nothing fails.',
      expectations: [noFailedRequests, p99IsBounded, returnsAfterTrial],
    }),
    kill('product', /^product\/product$/, {
      title: 'Crash product',
      clientSees: 'Failed requests, for about a second.',
      expectations: [p99IsBounded, returns],
    }),
    kill('front-door', /^front-door\/front-door$/, {
      title: 'Crash the front door',
      clientSees: 'Failed requests, for about a second.',
      expectations: [p99IsBounded, returns],
    }),
  ];
}
