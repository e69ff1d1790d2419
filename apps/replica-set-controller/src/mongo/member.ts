import { closeClient, makeClient, within, type ClientOptions } from '@shop/store/mongo';
import type { Document, MongoClient, MongoClientOptions } from 'mongodb';
import { z } from 'zod';
import { codes, hasCode } from './errors.ts';
import type { Passwords } from './passwords.ts';

/** The controller's own user, in the database `admin`. */
export const CONTROLLER = 'controller';

/** Short, because the caller tries again in a second. */
const bounds: ClientOptions = {
  // Nothing depends on the pools' size here.
  poolCheckMs: 10_000,
  directConnection: true,
  serverSelectionTimeoutMS: 2000,
  // A mongod that starts is found as soon as it listens.
  minHeartbeatFrequencyMS: 100,
  connectTimeoutMS: 2000,
  // Longer than the longest command, a step-down that waits for a secondary.
  socketTimeoutMS: 20_000,
  maxPoolSize: 4,
  waitQueueTimeoutMS: 2000,
  appName: 'replica-set-controller',
};

/** It does not connect yet. */
export const memberClient = (url: string, options: MongoClientOptions = {}): MongoClient =>
  makeClient(url, { ...bounds, ...options });

/** For one command or one connection, in milliseconds; longer than the bounds above. */
const COMMAND_MS = 25_000;

const helloReply = z.object({
  isWritablePrimary: z.boolean(),
  secondary: z.boolean().default(false),
  setName: z.string().optional(),
  setVersion: z.number().optional(),
  primary: z.string().optional(),
  hosts: z.array(z.string()).default([]),
  passives: z.array(z.string()).default([]),
});
export type Hello = z.output<typeof helloReply>;

/** Reads the state of a mongod (`hello`), which needs no user. @param host `name:port`. @throws when it does not answer. */
export async function helloOf(host: string): Promise<Hello> {
  const client = memberClient(`mongodb://${host}`, { serverSelectionTimeoutMS: 1000 });
  try {
    return helloReply.parse(await run(client, 'admin', { hello: 1 }));
  } finally {
    await closeClient(client);
  }
}

/**
 * The mongod in this controller's pod: first without a user (the localhost exception), then as the controller's own
 * user.
 */
export class Member {
  readonly #passwords: Passwords;
  readonly #url: string;
  readonly #anonymous: MongoClient;
  #session: { readonly client: MongoClient; readonly password: string } | undefined;
  /** The last password that worked. It outlives a change of the file, as long as this process runs. */
  #lastGood: string | undefined;

  constructor(port: number, passwords: Passwords) {
    this.#passwords = passwords;
    this.#url = `mongodb://127.0.0.1:${port}/`;
    this.#anonymous = memberClient(this.#url);
  }

  /** @throws when mongod does not answer. */
  async hello(): Promise<Hello> {
    return helloReply.parse(await this.bootstrap({ hello: 1 }));
  }

  /** A command through the localhost exception, which is open as long as there are no users. */
  async bootstrap(command: Document): Promise<Document> {
    return run(this.#anonymous, 'admin', command);
  }

  /**
   * A command as the controller's user. @throws {MongoServerError} AuthenticationFailed where the set does not know it.
   */
  async command(command: Document, database = 'admin'): Promise<Document> {
    try {
      const { client } = await this.#authenticated();
      return await run(client, database, command);
    } catch (error) {
      // The password may have been changed by another member's controller.
      if (hasCode(error, codes.authenticationFailed)) await this.#forget();
      throw error;
    }
  }

  /** Whether the set knows the controller's user. @throws when mongod does not respond. */
  async knowsController(): Promise<boolean> {
    try {
      await this.command({ connectionStatus: 1 });
      return true;
    } catch (error) {
      if (hasCode(error, codes.authenticationFailed)) return false;
      throw error;
    }
  }

  /** Whether a user of `database` has this password. */
  async accepts(user: string, database: string, password: string): Promise<boolean> {
    const client = this.#client(user, database, password);
    try {
      await inTime(client.connect());
      return true;
    } catch (error) {
      if (hasCode(error, codes.authenticationFailed)) return false;
      throw error;
    } finally {
      await closeClient(client);
    }
  }

  /** Called once the set knows the password that is now in the file. */
  async adoptPassword(): Promise<void> {
    await this.#forget();
  }

  /** Whether the current session uses another password than the one in the file. */
  async passwordIsOld(): Promise<boolean> {
    return (await this.#authenticated()).password !== (await this.#passwords.current(CONTROLLER));
  }

  async close(): Promise<void> {
    await Promise.all([closeClient(this.#anonymous), this.#forget()]);
  }

  async #authenticated(): Promise<{ readonly client: MongoClient; readonly password: string }> {
    if (this.#session) return this.#session;
    const current = await this.#passwords.current(CONTROLLER);
    const others = [this.#lastGood, await this.#passwords.previous(CONTROLLER)];
    const candidates = new Set([current, ...others.filter((password) => password !== undefined)]);
    let refusal: unknown;
    for (const password of candidates) {
      const client = this.#client(CONTROLLER, 'admin', password);
      try {
        await inTime(client.connect());
        this.#lastGood = password;
        this.#session = { client, password };
        return this.#session;
      } catch (error) {
        await closeClient(client);
        if (!hasCode(error, codes.authenticationFailed)) throw error;
        refusal = error;
      }
    }
    throw refusal;
  }

  async #forget(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    if (session) await closeClient(session.client);
  }

  #client(username: string, authSource: string, password: string): MongoClient {
    return memberClient(this.#url, { auth: { username, password }, authSource });
  }
}

/**
 * Connects each time: after a failed attempt, such as before mongod has started, the driver keeps a closed topology
 * that only an explicit connect replaces. If it is already connected, this costs nothing.
 */
const run = (client: MongoClient, database: string, command: Document): Promise<Document> =>
  inTime(client.connect().then(() => client.db(database).command(command)));

const inTime = <T>(work: Promise<T>): Promise<T> =>
  within(COMMAND_MS, work, () => new Error(`mongod did not answer within ${COMMAND_MS} ms`));
