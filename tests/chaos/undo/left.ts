/** What a board or `npm run chaos` has broken on kind, written down until it is undone. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { z } from 'zod';
import { paths } from '../../../scripts/kind/names.ts';
import { Journal, takeLeft, type AllLeft } from '../../../scripts/support/journal.ts';
import { onCluster } from '../cluster/cluster.ts';
import { putBack, repairSchema, type Repair } from './repair.ts';

const entrySchema = z.strictObject({
  /** Another one that is made later has the same names, and nothing to undo. */
  cluster: z.string(),
  fault: z.string(),
  what: z.string(),
  repair: repairSchema,
});
type Entry = z.output<typeof entrySchema>;
const read = (value: unknown): Entry | undefined => entrySchema.safeParse(value).data;

/** Writes down how something will be undone, before it is done. @returns what is called when it is undone. */
export type Keep = (what: string, repair: Repair) => (() => void) | Promise<() => void>;

/**
 * Known without the control plane, which may be what is stopped: each cluster has its own authority.
 * @throws {CommandError} when there is no kubectl.
 */
export async function clusterIdentity(): Promise<string> {
  const certificate = 'jsonpath={.clusters[0].cluster.certificate-authority-data}';
  const authority = await onCluster(['config', 'view', '--raw', '--minify', '--output', certificate]);
  return createHash('sha256').update(authority).digest('hex').slice(0, 16);
}

/** For a program that will break something. @throws {CommandError} when there is no kubectl. */
export async function openJournal(
  root: string = paths.broken,
  identity = clusterIdentity,
): Promise<(fault: string) => Keep> {
  const cluster = await identity();
  const journal = new Journal<Entry>(root);
  return (fault) => (what, repair) => journal.add({ cluster, fault, what, repair });
}

/** What programs that were killed have left. @throws {CommandError} when something is left and there is no kubectl. */
export async function leftOnKind({
  root = paths.broken,
  undo = putBack,
  identity = clusterIdentity,
}: {
  readonly root?: string;
  readonly undo?: (repair: Repair) => Promise<'undone' | 'changed'>;
  readonly identity?: () => Promise<string>;
} = {}): Promise<AllLeft> {
  const isEmpty = !existsSync(root) || readdirSync(root).length === 0;
  const cluster = isEmpty ? '' : await identity();
  return takeLeft(root, read, ({ fault, what, repair, ...entry }) =>
    // Where its cluster is gone, all that was broken in it is gone, too.
    entry.cluster === cluster ? { fault, what, undo: () => undo(repair) } : undefined,
  );
}
