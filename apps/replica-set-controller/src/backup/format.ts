/**
 * A backup is gzip over lines of JSON, in UTF-8, each ended by a line feed:
 *
 *     {"format":"shop-backup","version":1,"createdAt":"…","databases":["user","product"]}
 *     {"database":"user","collection":"users","indexes":[{"key":{…},"name":"…"}],"count":2}
 *     {"_id":…}                                    `count` documents, as canonical Extended JSON v2
 *     {"_id":…}
 *     {"database":"product",…}                     and so on
 *     {"end":true,"lines":4,"sha256":"…"}          of all lines before, line feeds included
 *
 * The checksum finds what was cut, damaged or edited. It is not a signature: who can write the file can make a new one.
 */
import { z } from 'zod';

export const header = z.object({
  format: z.literal('shop-backup'),
  version: z.literal(1),
  createdAt: z.iso.datetime(),
  databases: z.array(z.string().min(1)).min(1),
});
export type Header = z.output<typeof header>;

export const collectionHeader = z.object({
  database: z.string().min(1),
  collection: z.string().min(1),
  /** As `listIndexes` returns them, in canonical Extended JSON, without `v` and without the index of `_id`. */
  indexes: z.array(z.looseObject({ key: z.record(z.string(), z.unknown()), name: z.string() })),
  count: z.int().min(0),
});
export type CollectionHeader = z.output<typeof collectionHeader>;

export const trailer = z.object({
  end: z.literal(true),
  lines: z.int().min(1),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

/** The prefix of collections that a restore is building. A backup leaves them out. */
export const RESTORING = '_restoring.';

/** The file cannot be restored from; the message says why. Nothing was changed. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}
