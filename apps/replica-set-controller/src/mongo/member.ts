import { setTimeout as delay } from 'node:timers/promises';
import { type Document, MongoClient, type MongoClientOptions } from 'mongodb';
import { z } from 'zod';
import { codes, hasCode } from './errors.ts';
import type { Passwords } from './passwords.ts';

/** The controller's own user, in the database `admin`. */
export const CONTROLLER = 'controller';

/** Short, because the caller tries again in a second. */
const bounds: MongoClientOptions = {
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

/**
 * How often the driver looks after the pool of a client, in milliseconds. Nothing depends on it here; with the driver's own 100
 * two clients wake an idle process 20 times a second.
 */
const POOL_CHECK_MS = 10_000;

/** It does not connect yet. */
export function makeClient(url: string, options: MongoClientOptions = {}): MongoClient {
  const client = new MongoClient(url, { ...bounds, ...options });
  // The driver reads it from its options, and does not let it be passed with them.
  Object.assign(client.options, { minPoolSizeCheckFrequencyMS: POOL_CHECK_MS });
  return client;
}

/** For one command or one connection, in milliseconds; longer than the bounds above. */
const COMMAND_MS = 25_000;
const CLOSE_MS = 2000;

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
  const client = makeClient(`mongodb://${host}`, { serverSelectionTimeoutMS: 1000 });
  try {
    return helloReply.parse(await run(client, 'admin', { hello: 1 }));
  } finally {
    await closed(client);
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
    this.#anonymous = makeClient(this.#url);
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
      await within(COMMAND_MS, client.connect());
      return true;
    } catch (error) {
      if (hasCode(error, codes.authenticationFailed)) return false;
      throw error;
    } finally {
      await closed(client);
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
    await Promise.all([closed(this.#anonymous), this.#forget()]);
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
        await within(COMMAND_MS, client.connect());
        this.#lastGood = password;
        this.#session = { client, password };
        return this.#session;
      } catch (error) {
        await closed(client);
        if (!hasCode(error, codes.authenticationFailed)) throw error;
        refusal = error;
      }
    }
    throw refusal;
  }

  async #forget(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    if (session) await closed(session.client);
  }

  #client(username: string, authSource: string, password: string): MongoClient {
    return makeClient(this.#url, { auth: { username, password }, authSource });
  }
}

/**
 * Connects each time: after a failed attempt, such as before mongod has started, the driver keeps a closed topology
 * that only an explicit connect replaces. If it is already connected, this costs nothing.
 */
const run = (client: MongoClient, database: string, command: Document): Promise<Document> =>
  within(
    COMMAND_MS,
    client.connect().then(() => client.db(database).command(command)),
  );

/**
 * The driver waits for ever when it writes to a connection that broke a moment before: such a socket is never drained
 * (`writeCommand` in the driver's src/cmap/connection.ts). No other bound of the driver applies there.
 * @throws when the work takes longer than `ms`; it goes on unobserved.
 */
async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const over = new AbortController();
  const late = delay(ms, undefined, { signal: over.signal }).then(() =>
    Promise.reject(new Error(`mongod did not answer within ${ms} ms`)),
  );
  try {
    return await Promise.race([work, late]);
  } finally {
    over.abort();
  }
}

/** Closes it. What cannot be closed in time ends with the process. */
export const closed = (client: MongoClient): Promise<void> =>
  within(CLOSE_MS, client.close()).catch(() => undefined);
