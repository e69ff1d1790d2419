/** The idle shop costs no more than was last stated (`npm run footprint`). */
import { expect, test } from '@jest/globals';
import { footprintBetween, readFootprint, type Reading } from '../../scripts/footprint/measure.ts';
import { otherPods, readStated, totalOf, type FootprintRow } from '../../scripts/footprint/stated.ts';
import { kubectl } from '../../scripts/kind/kubectl.ts';
import { eventually } from '@shop/testing/eventually';

/**
 * Another machine, what others do on this one, and what the suites before have left take their share: after them the same shop
 * took half as much CPU again, and members and services keep memory that they needed for requests. A poll or a leak that
 * comes back is larger.
 */
const allowed = { millicores: 2, memory: 1.7 };
const measuredMs = 30_000;

test('the idle shop takes no more CPU and memory than stated', async () => {
  // Just started processes compile, and a pod may still go or come: the last half minute counts.
  const readings: Reading[] = [];
  const { rows } = await eventually(
    'the shop is idle',
    async () => {
      const now = await readFootprint(kubectl, 'shop');
      readings.push(now);
      const then = readings.findLast(({ at }) => now.at - at >= measuredMs);
      if (then === undefined) return undefined;
      const measured = footprintBetween(then, now);
      return isWithin(measured.rows) ? measured : Promise.reject(new Error(report(measured.rows)));
    },
    { withinMs: 150_000, everyMs: 5000 },
  );
  expect(rows.length).toBeGreaterThan(5);
});

const stated = readStated()?.rows ?? [];
const statedTotal = totalOf(stated);

function isWithin(rows: readonly FootprintRow[]): boolean {
  const { millicores, memoryMiB } = totalOf(rows);
  return (
    otherPods(rows, stated).length === 0 &&
    millicores <= allowed.millicores * statedTotal.millicores &&
    memoryMiB <= allowed.memory * statedTotal.memoryMiB
  );
}

function report(rows: readonly FootprintRow[]): string {
  const { millicores, memoryMiB } = totalOf(rows);
  const others = otherPods(rows, stated);
  const each = rows.map(
    (row) =>
      `${row.workload}/${row.container} ${row.millicores.toFixed(1)} mCPU, ${row.memoryMiB.toFixed(0)} MiB`,
  );
  return (
    `${millicores.toFixed(0)} thousandths of a core and ${memoryMiB.toFixed(0)} MiB; stated are ` +
    `${statedTotal.millicores.toFixed(0)} and ${statedTotal.memoryMiB.toFixed(0)}: ${each.join('; ')}. Other pods than stated: ` +
    (others.join(', ') || 'none')
  );
}
