import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@shop/testing/eventually';
import { freePort } from '@shop/testing/free-port';
import { Mongod } from '@shop/testing/mongod';
import { type Db, MongoClient } from 'mongodb';

/** By these a read can be sent to the second member. */
export const secondTags = { member: 'second' };

/** A real replica set of one member, with its own disk and port, that can be killed, frozen and started again. */
export class ReplicaSet {
  readonly #binary: string;
  readonly #directory: string;
  readonly #port: number;
  /** A client without the restrictions of the store's own, to look at the database directly. */
  readonly #admin: MongoClient;
  readonly #mongod: Mongod;

  private constructor(binary: string, directory: string, port: number) {
    this.#binary = binary;
    this.#directory = directory;
    this.#port = port;
    this.#mongod = new Mongod({
      binary,
      directory,
      port,
      log: this.#log,
      // For failOnce and failing.
      parameters: ['enableTestCommands=1'],
    });
    this.#admin = new MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`, {
      serverSelectionTimeoutMS: 1000,
    });
  }

  /** @returns a set that has elected its primary. */
  static async start(binary: string): Promise<ReplicaSet> {
    const set = await ReplicaSet.#spawned(binary);
    try {
      const members = [set.#member];
      await set.#reachable((db) => db.command({ replSetInitiate: { _id: 'rs0', members } }));
      await set.#elected();
    } catch (error) {
      await set.dispose();
      throw error;
    }
    return set;
  }

  /** Where it is, with anything to put before the host: `user:password@`. */
  url(database: string, credentials = ''): string {
    return `mongodb://${credentials}127.0.0.1:${this.#port}/${database}?replicaSet=rs0`;
  }

  db(name: string): Db {
    return this.#admin.db(name);
  }

  /** Like a power loss: clients get no notice, and there is no checkpoint. */
  kill(): Promise<void> {
    return this.#mongod.end('SIGKILL');
  }

  async startAgain(): Promise<void> {
    this.#mongod.start();
    await this.#elected();
  }

  /** Like a stuck disk or a paused virtual machine: connections stay, but nothing responds. */
  async freeze(): Promise<void> {
    this.#mongod.signal('SIGSTOP');
    // The signal has not reached every thread when kill returns.
    await eventually('the server is frozen', () =>
      this.db('admin')
        .command({ ping: 1 }, { signal: AbortSignal.timeout(250) })
        .then(
          () => false,
          () => true,
        ),
    );
  }

  thaw(): void {
    this.#mongod.signal('SIGCONT');
  }

  /** Keeps the set without a primary while `work` runs: its member steps down, and may not be elected again. */
  async withoutPrimary(work: () => Promise<void>): Promise<void> {
    const admin = this.db('admin');
    await admin.command({ replSetStepDown: 60, force: true });
    await eventually(
      'the member is a secondary',
      async () => (await admin.command({ hello: 1 }))['secondary'] === true,
    );
    try {
      await work();
    } finally {
      await admin.command({ replSetFreeze: 0 });
      // With a second member, the election would otherwise wait for the time-out.
      await eventually('it is elected', () => admin.command({ replSetStepUp: 1 }));
      await this.#elected();
    }
  }

  /** Gives the set a second member while `work` runs: it can be read from, and never becomes the primary. */
  async withSecondary(work: (secondary: Db) => Promise<void>): Promise<void> {
    const secondary = await ReplicaSet.#spawned(this.#binary);
    try {
      await this.#reconfigure([
        this.#member,
        { ...secondary.#member, _id: 1, priority: 0, votes: 0, tags: secondTags },
      ]);
      await secondary.#reachable(async (db) => (await db.command({ hello: 1 }))['secondary'] === true);
      await work(secondary.db('admin'));
    } finally {
      try {
        await this.#reconfigure([this.#member]);
      } finally {
        await secondary.dispose();
      }
    }
  }

  /** Makes the server err once: https://github.com/mongodb/mongo/wiki/The-failCommand-failpoint. */
  async failOnce(data: object): Promise<void> {
    await this.#configureFailure({ times: 1 }, data);
  }

  /** Makes the server err as long as `work` takes. */
  async failing(data: object, work: () => Promise<void>): Promise<void> {
    await this.#configureFailure('alwaysOn', data);
    try {
      await work();
    } finally {
      await this.#configureFailure('off');
    }
  }

  async dispose(): Promise<void> {
    await this.#admin.close();
    await this.kill();
    await rm(this.#directory, { recursive: true, force: true });
  }

  /** @returns a server that is about to listen, and is not in a set yet. */
  static async #spawned(binary: string): Promise<ReplicaSet> {
    const set = new ReplicaSet(binary, await mkdtemp(join(tmpdir(), 'store-mongo-')), await freePort());
    set.#mongod.start();
    return set;
  }

  /** Itself in a set's configuration, as the only member. */
  get #member(): { readonly _id: number; readonly host: string } {
    return { _id: 0, host: `127.0.0.1:${this.#port}` };
  }

  get #log(): string {
    return join(this.#directory, 'mongod.log');
  }

  async #reconfigure(members: readonly object[]): Promise<void> {
    const admin = this.db('admin');
    const { config } = (await admin.command({ replSetGetConfig: 1 })) as { config: { version: number } };
    await admin.command({ replSetReconfig: { ...config, version: config.version + 1, members } });
  }

  async #configureFailure(mode: string | object, data: object = {}): Promise<void> {
    await this.db('admin').command({ configureFailPoint: 'failCommand', mode, data });
  }

  async #elected(): Promise<void> {
    await this.#reachable(async (db) => (await db.command({ hello: 1 }))['isWritablePrimary'] === true);
  }

  async #reachable(ask: (db: Db) => Promise<unknown>): Promise<void> {
    try {
      await eventually(`${this.#binary} answers`, () =>
        this.#admin.connect().then(() => ask(this.db('admin'))),
      );
    } catch (error) {
      const log = await readFile(this.#log, 'utf8').catch(() => 'no log');
      throw new Error(`mongod is of no use: ${log.slice(-2000)}`, { cause: error });
    }
  }
}
