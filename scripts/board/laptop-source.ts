import { EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { keyOf, type Problem, type Scene, type Target } from '@shop/board';
import { askSupervisor, NotRunningError, watchSupervisor } from '../laptop/control-client.ts';
import type { LaptopStatus } from '../laptop/control-protocol.ts';
import { laptopFaults, leftOnLaptop, type Programs } from './laptop-faults.ts';
import { breakerEntity, laptopEntities, neighbourOf, type BreakerReport } from './laptop-scene.ts';
import type { Source } from './source.ts';
import { TraceLines } from './trace-lines.ts';

/** Counts change all the time; a change of state is also shown by a log line, and read at once. */
const breakersEveryMs = 1_000;
const againMs = 500;

const target = (state: Target['state'], problem?: Problem): Target => ({
  kind: 'target',
  id: 'target',
  platform: 'laptop',
  name: 'this machine',
  state,
  ...(problem === undefined ? {} : { problem }),
});

/**
 * The shop of `npm start`, watched over its control socket.
 * @throws {NotRunningError} when there is none.
 */
export async function openLaptop(dataDir: string, scene: Scene): Promise<Source> {
  const first = (await askSupervisor(dataDir, { command: 'status' })).status;
  const lines = new TraceLines();
  const changes = new EventEmitter().setMaxListeners(0);
  const ending = new AbortController();
  const { signal } = ending;
  let latest: LaptopStatus = first;

  function show(status: LaptopStatus): void {
    latest = status;
    for (const entity of laptopEntities(status)) scene.put(entity);
    scene.put(target('live'));
    for (const { name, state } of status.programs) {
      const service = name.replace('-ambassador', '');
      if (name.endsWith('-ambassador') && state !== 'ready')
        scene.drop(keyOf({ kind: 'breaker', id: `${service}-${neighbourOf[service] ?? ''}` }));
    }
    changes.emit('change');
  }

  async function readBreakers(): Promise<void> {
    const ambassadors = latest.programs.filter(
      ({ name, state }) => name.endsWith('-ambassador') && state === 'ready',
    );
    for (const { name, adminUrl } of ambassadors) {
      const service = name.replace('-ambassador', '');
      const neighbour = neighbourOf[service];
      if (neighbour === undefined) continue;
      try {
        const response = await fetch(`${adminUrl}/breakers`, { signal: AbortSignal.timeout(1_000) });
        const [report] = (await response.json()) as BreakerReport[];
        if (report) scene.put(breakerEntity(service, service, neighbour, report));
      } catch {
        // It is just ending or busy: the supervisor reports which.
      }
    }
  }

  /** Only the supervisor's end is expected. */
  const lossOf = (error: unknown): Problem =>
    error instanceof NotRunningError
      ? { code: 'laptop-lost', folder: dataDir, reason: error.reason }
      : { code: 'said', text: (error as Error).message };

  async function keepWatching(): Promise<void> {
    while (!signal.aborted) {
      try {
        await watchSupervisor(
          dataDir,
          (notice) => {
            if (notice.type === 'status') return show(notice.status);
            lines.add(notice.program, notice.text);
            if (notice.text.includes('"circuit ')) void readBreakers();
          },
          signal,
        );
      } catch (error) {
        scene.put(target('lost', lossOf(error)));
      }
      await delay(againMs, undefined, { signal }).catch(() => undefined);
    }
  }

  async function keepReadingBreakers(): Promise<void> {
    while (!signal.aborted) {
      await readBreakers();
      await delay(breakersEveryMs, undefined, { signal }).catch(() => undefined);
    }
  }

  const programs: Programs = {
    async until(program, state, stop) {
      const isThere = () => latest.programs.find(({ name }) => name === program)?.state === state;
      await new Promise<void>((resolve) => {
        const look = () => {
          if (!stop.aborted && !isThere()) return;
          changes.off('change', look);
          stop.removeEventListener('abort', look);
          resolve();
        };
        changes.on('change', look);
        stop.addEventListener('abort', look);
        look();
      });
    },
  };

  show(first);
  const working = Promise.all([keepWatching(), keepReadingBreakers()]);
  return {
    address: { url: first.url },
    faults: laptopFaults(dataDir, programs),
    oneFaultAtATime: false,
    lines,
    left: async () => [leftOnLaptop(dataDir)],
    async close() {
      ending.abort();
      await working;
    },
  };
}
