/** The MongoDB driver's client within bounds: for the store, and for programs that speak to a mongod themselves. */
import { MongoClient, type MongoClientOptions } from 'mongodb';

export interface ClientOptions extends MongoClientOptions {
  /**
   * How often the driver looks whether each pool has its least number of connections, in milliseconds. Its own 100 wakes
   * an idle process ten times a second for each server.
   */
  readonly poolCheckMs: number;
}

/** It does not connect yet. @throws what the driver throws for a URL or an option; its message may quote the URL. */
export function makeClient(url: string, { poolCheckMs, ...options }: ClientOptions): MongoClient {
  const client = new MongoClient(url, options);
  // The driver reads it from its options, and does not let it be passed with them.
  Object.assign(client.options, { minPoolSizeCheckFrequencyMS: poolCheckMs });
  return client;
}

/**
 * Waits for `work`, but not longer than `ms` milliseconds; late work continues unobserved.
 *
 * The driver's own `timeoutMS` should do this, but has had no effect since 7.9 (`TimeoutContext.create` in its
 * src/timeout.ts). And it waits for ever when it writes to a connection that broke a moment before: such a socket is never
 * drained (`writeCommand` in its src/cmap/connection.ts).
 * @param late makes the error that is thrown then.
 */
export async function within<T>(ms: number, work: Promise<T>, late: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(late()), ms);
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
  }
}

/** How long a client may take to be closed. The driver sends which sessions end, and waits for nothing else. */
export const CLOSE_MS = 2000;

/**
 * Closes the client. Its connections stay open when that takes longer than {@link CLOSE_MS}: only the end of the process
 * closes them, and they keep it from ending by itself.
 * @returns whether it is closed.
 */
export async function closeClient(client: MongoClient): Promise<boolean> {
  const late = new Error('late');
  try {
    await within(CLOSE_MS, client.close(), () => late);
    return true;
  } catch (error) {
    // A client that has failed to close has no connections either.
    return error !== late;
  }
}
