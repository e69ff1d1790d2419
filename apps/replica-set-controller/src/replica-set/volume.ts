import { open, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Marker } from '../kubernetes/marker.ts';
import { type Configuration, replicaSetIdOf, votersOf } from './configuration.ts';

const note = z.object({
  replicaSetId: z.string(),
  configVersion: z.number(),
  /** This member can elect itself, and no other can prevent it. */
  onlyVoter: z.boolean(),
});
type Note = z.output<typeof note>;

/**
 * The configuration of a volume, in a file beside mongod's own that can be read before mongod starts.
 *
 * A member whose configuration names it as the only voter elects itself when it starts, without another member's vote.
 * On an old volume (restored from a snapshot that is older than the set's growth) this makes a second primary with old
 * data. Its higher term can even win over the others, which then find that they were removed. Once mongod runs it is
 * too late, so mongod must not be started on such a volume.
 */
export class Volume {
  readonly #directory: string;
  readonly #ordinal: number;
  #written: string | undefined;

  constructor(directory: string, ordinal: number) {
    this.#directory = directory;
    this.#ordinal = ordinal;
  }

  /** Records a configuration. Call it before the marker is changed. */
  record(config: Configuration): Promise<void> {
    return this.#write({
      replicaSetId: replicaSetIdOf(config),
      configVersion: config.version,
      onlyVoter: votersOf(config).every((ordinal) => ordinal === this.#ordinal),
    });
  }

  /**
   * Call it before another member gets a vote: after a crash in between, a volume that is current must not be taken for
   * an old one.
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
      // The volume is empty. Its data will come from the other members, and so from this set.
      await this.#write({ replicaSetId, configVersion, onlyVoter: false });
      return undefined;
    }
    // Ordinal 0 writes this file before the marker. Any other pod may have started before there was a marker.
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
