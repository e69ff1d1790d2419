import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** One container of one workload: the mean of its pods. */
export interface FootprintRow {
  /** Deployment or StatefulSet. */
  readonly workload: string;
  readonly container: string;
  /** Of how many pods. */
  readonly count: number;
  /** Thousandths of a core. */
  readonly millicores: number;
  /** The working set, as the kubelet counts it for its limits. */
  readonly memoryMiB: number;
  /** CPU and memory, as in the manifest. */
  readonly requests: string;
  readonly limits: string;
}

export interface Footprint {
  readonly conditions: string;
  readonly rows: readonly FootprintRow[];
}

export const statedFile = fileURLToPath(new URL('stated.json', import.meta.url));

/** The figures that were last stated, if there are any. */
export const readStated = (): Footprint | undefined =>
  existsSync(statedFile) ? (JSON.parse(readFileSync(statedFile, 'utf8')) as Footprint) : undefined;

/** Of all pods together. */
export const totalOf = (rows: readonly FootprintRow[]): { millicores: number; memoryMiB: number } => ({
  millicores: rows.reduce((sum, row) => sum + row.count * row.millicores, 0),
  memoryMiB: rows.reduce((sum, row) => sum + row.count * row.memoryMiB, 0),
});

/** Of which containers there are more or fewer pods than were stated: as in `npm run dev:kind`, which has one of each app. */
export function otherPods(rows: readonly FootprintRow[], stated: readonly FootprintRow[]): string[] {
  const counts = (of: readonly FootprintRow[]) =>
    new Map(of.map(({ workload, container, count }) => [`${workload}/${container}`, count]));
  const [now, then] = [counts(rows), counts(stated)];
  return [...new Set([...then.keys(), ...now.keys()])]
    .filter((name) => now.get(name) !== then.get(name))
    .map((name) => `${name} ${now.get(name) ?? 0} instead of ${then.get(name) ?? 0}`);
}
