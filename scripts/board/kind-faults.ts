/** What can be broken on kind: the faults of `npm run chaos`, with their own undo. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Fault } from '@shop/board';
import { loadFaults } from '../../tests/chaos/catalogue.ts';
import { seededRandom } from '@shop/testing/load';
import { openCluster } from '../../tests/chaos/cluster/cluster.ts';
import { Restorations, untilWith, type Fault as ChaosFault, type Stage } from '../../tests/chaos/fault.ts';
import { openJournal } from '../../tests/chaos/undo/left.ts';
import { criteriaOf } from './criteria.ts';

/**
 * Those about which a board has nothing to show: nothing happens, or only to writes. The rotations also read and write
 * Secrets, which a board never does.
 */
const notShown = new Set(['control', 'token-rotation', 'certificate-rotation', 'upgrade']);

/** Faults that need the shop prepared first are left to `npm run chaos`. */
export const kindFaults = async (): Promise<readonly Fault[]> =>
  (await loadFaults())
    .filter(({ name, needs = [] }) => needs.length === 0 && !notShown.has(name))
    .map(boardFault)
    .sort((a, b) => Number(b.name === 'user-gone') - Number(a.name === 'user-gone'));

function boardFault(chaosFault: ChaosFault): Fault {
  const { name, title, clientSees, expectations } = chaosFault;
  return {
    name,
    title: capitalised(title),
    clientSees: `${capitalised(clientSees.replaceAll('`', ''))}.`,
    lasting: true,
    mustHold: criteriaOf(expectations),
    async run({ active, ended }, signal) {
      await using cluster = await openCluster();
      const restorations = new Restorations((await openJournal())(name));
      const stage: Stage = {
        cluster,
        random: seededRandom(Date.now()),
        short: true,
        begin: active,
        end: ended,
        restoring: (what, undo) => restorations.add(what, undo),
        restore: () => restorations.run(),
        signal,
        wait: (ms) => delay(ms, undefined, { signal }),
        until: untilWith(signal),
        note: () => undefined,
        useToken: () => undefined,
      };
      active();
      try {
        await chaosFault.inject(stage);
      } catch (error) {
        // Undone on request: what it was waiting for does not matter any more.
        if (!signal.aborted) throw error;
      } finally {
        await restorations.run();
        ended();
      }
    },
  };
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
