import { open, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Marker } from '../kubernetes/marker.ts';
import { type Configuration, replicaSetIdOf, votersOf } from './configuration.ts';

const note = z.object({
  replicaSetId: z.string(),
  configVersion: z.number(),
  /** The member could elect itself, with no other to contradict it. */
  onlyVoter: z.boolean(),
});
type Note = z.output<typeof note>;

/**
 * What a volume's configuration says, in a file beside mongod's own, readable before mongod starts.
 *
 * A member whose configuration names it as the only voter elects itself on starting, without a vote of another. On an old
 * volume (restored from a snapshot, of before the set grew) that makes a second primary with old data, and its higher
 * term can even win the others over, who then find themselves removed. Once mongod runs it is too late: so it must
 * not be started on such a volume.
 */
export class Volume {
  readonly #directory: string;
  readonly #ordinal: number;
  #written: string | undefined;

  constructor(directory: string, ordinal: number) {
    this.#directory = directory;
    this.#ordinal = ordinal;
  }

  /** Follows the configuration; to be called before the marker is. */
  record(config: Configuration): Promise<void> {
    return this.#write({
      replicaSetId: replicaSetIdOf(config),
      configVersion: config.version,
      onlyVoter: votersOf(config).every((ordinal) => ordinal === this.#ordinal),
    });
  }

  /**
   * To be called before another member is given a vote: after a crash in between, a volume that was current must not
   * pass for an old one.
   */
  recordGrowth(config: Configuration): Promise<void> {
    return this.#write({
      replicaSetId: replicaSetIdOf(config),
      configVersion: config.version,
      onlyVoter: false,
    });
  }

  /** @returns why mongod must not start on this volume; undefined when it may. */
  async refusal(marker: Marker): Promise<string | undefined> {
    if (marker.replicaSetId === undefined || marker.configVersion === undefined) return undefined;
    const { replicaSetId, configVersion } = marker;
    const seen = await this.#read();
    if (seen === undefined && !(await exists(join(this.#directory, 'WiredTiger')))) {
      // Empty. What it is given from now on comes from the others, and is of this set.
      await this.#write({ replicaSetId, configVersion, onlyVoter: false });
      return undefined;
    }
    // Ordinal 0 notes before the marker does. Any other one may have started before there was a marker.
    if (seen === undefined)
      return this.#ordinal === 0 ? 'it is older than the replica set’s first configuration' : undefined;
    if (seen.replicaSetId !== marker.replicaSetId)
      return `it belongs to another replica set, ${seen.replicaSetId} instead of ${marker.replicaSetId}`;
    if (seen.onlyVoter && seen.configVersion < marker.configVersion)
      return `it has configuration ${seen.configVersion}, in which this is the only voter, but the set has come to ${marker.configVersion}`;
    return undefined;
  }

  get #path(): string {
    return join(this.#directory, 'replica-set-controller.json');
  }

  async #read(): Promise<Note | undefined> {
    try {
      return note.parse(JSON.parse(await readFile(this.#path, 'utf8')));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  async #write(content: Note): Promise<void> {
    const text = JSON.stringify(content);
    if (text === this.#written) return;
    const file = await open(`${this.#path}.new`, 'w', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${this.#path}.new`, this.#path);
    this.#written = text;
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
