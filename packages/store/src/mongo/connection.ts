import {
  type ClientSession,
  type Db,
  type Document,
  type MongoClient,
  type Timestamp,
  type TopologyDescription,
} from 'mongodb';
import type { Availability } from '../availability.ts';
import { StoreUnavailableError } from '../port.ts';
import { badUrl } from '../url.ts';
import { closeClient, makeClient, within } from './client.ts';
import { isUnavailable, toPortError } from './errors.ts';

/**
 * How long a write waits for a primary, in milliseconds: such a write is late, but not refused. When a primary steps
 * down because its pod is being replaced, the next one takes 0.3 to 2.4 s, and 5 s where an update kept the whole
 * machine busy. After a SIGKILL the others elect only when the replica set's electionTimeoutMillis is over. No wait
 * that fits into a request covers that for certain: then the caller gets a 503 with Retry-After.
 */
const SELECTION_MS = 6000;
/** The longest time that the server may work on one read, or wait for a majority for one write. */
export const SERVER_MS = 2500;
/**
 * How long a read waits for the primary's response before it goes to a secondary. This is how a frozen primary is
 * noticed: for the driver, and for the other members, it is still the primary for some seconds.
 */
export const PRIMARY_READ_MS = 2000;
/**
 * How long reads wait for the next primary before they go to secondaries. A secondary may lack writes that the old
 * primary, or a new one that the driver does not know yet, has acknowledged. In a planned change the next primary is
 * mostly there in that time, and a client of a service still gets a response within the two seconds that the ambassador
 * waits.
 */
export const PRIMARY_GRACE_MS = 1500;
/**
 * How long a read waits, then, for a secondary to have what the members have last said to be committed. A secondary is
 * behind by milliseconds; one that is further behind answers without it.
 */
export const CATCH_UP_MS = 400;
/** Longest that a read from a secondary takes, with its retry. */
export const SECONDARY_READ_MS = 3000;
/** Longest that a write takes as a whole, with its wait for a primary and its retry. */
export const WRITE_MS = 8000;

/** The driver's client: it connects when first needed, limits every wait, and throws only the port's errors. */
export class Connection {
  readonly #client: MongoClient;
  /** Kept, as the driver copies all of its options for each one. */
  readonly #db: Db;
  readonly #availability: Availability;
  readonly #onLoss: () => void;
  #wasConnected = false;
  #hasPrimary = true;
  /** By `performance.now()`. */
  #lostAt = 0;
  /** The latest write that a member has said a majority has. */
  #committed: Timestamp | undefined;
  #closed = false;

  /**
   * @param onLoss called each time the primary is lost.
   * @throws {TypeError} for a URL that the driver refuses.
   */
  constructor(url: string, appName: string, availability: Availability, onLoss: () => void) {
    this.#client = storeClient(url, appName);
    this.#db = this.#client.db();
    this.#availability = availability;
    this.#onLoss = onLoss;
    this.#client.on('topologyDescriptionChanged', ({ newDescription }) => this.#observe(newDescription));
    // A primary that steps down says so at once, and by that what it has acknowledged.
    this.#client.on('serverHeartbeatSucceeded', ({ reply }) => this.#note(reply));
  }

  /**
   * @param timeoutMs how long it may take. Whether a late write was done is unknown, as after every
   *   {@link StoreUnavailableError}; the socket's time-out limits the work that goes on.
   * @throws {StoreUnavailableError}; {DuplicateError}; what else `work` throws.
   */
  async run<T>(timeoutMs: number, work: (db: Db) => Promise<T>): Promise<T> {
    if (this.#closed) throw new StoreUnavailableError('the store is closed');
    try {
      return await within(
        timeoutMs,
        this.#connected(work),
        () => new StoreUnavailableError(`the database did not answer within ${timeoutMs} ms`),
      );
    } catch (error) {
      throw toPortError(error);
    }
  }

  /** How many milliseconds a read should wait for the primary; 0 when there has been none for a while. */
  get primaryWithinMs(): number {
    if (this.#hasPrimary) return PRIMARY_READ_MS;
    return Math.max(0, this.#lostAt + PRIMARY_GRACE_MS - performance.now());
  }

  /** The same for reads that wait until the member they go to has what is known to be committed. */
  runCaughtUp<T>(timeoutMs: number, work: (db: Db, session: ClientSession) => Promise<T>): Promise<T> {
    return this.run(timeoutMs, (db) =>
      this.#client.withSession({ causalConsistency: true }, (session) => {
        if (this.#committed !== undefined) session.advanceOperationTime(this.#committed);
        return work(db, session);
      }),
    );
  }

  /** @returns whether it is closed: {@link closeClient}. */
  close(): Promise<boolean> {
    this.#closed = true;
    return closeClient(this.#client);
  }

  async #connected<T>(work: (db: Db) => Promise<T>): Promise<T> {
    try {
      // Call connect every time: after a failed one the driver keeps a closed topology, and only another connect
      // replaces it. It costs nothing once connected, and concurrent callers share one attempt.
      await this.#client.connect();
    } catch (error) {
      if (isUnavailable(error)) this.#availability.lost(String(error));
      throw error;
    }
    if (!this.#wasConnected) this.#availability.back();
    this.#wasConnected = true;
    return work(this.#db);
  }

  /** @param hello a member's response to the driver's heartbeat: https://www.mongodb.com/docs/manual/reference/command/hello/ */
  #note(hello: Document): void {
    const { lastWrite } = hello as {
      readonly lastWrite?: { readonly majorityOpTime?: { readonly ts: Timestamp } };
    };
    const at = lastWrite?.majorityOpTime?.ts;
    if (at !== undefined && (this.#committed === undefined || at.greaterThan(this.#committed)))
      this.#committed = at;
  }

  /** Reports loss and return after the first connection; a server can be seen before it accepts connections. */
  #observe(topology: TopologyDescription): void {
    if (this.#closed || !this.#wasConnected) return;
    const hasPrimary = [...topology.servers.values()].some(({ type }) => type === 'RSPrimary');
    if (hasPrimary === this.#hasPrimary) return;
    this.#hasPrimary = hasPrimary;
    if (hasPrimary) {
      this.#availability.back();
    } else {
      this.#lostAt = performance.now();
      this.#availability.lost('no primary');
      this.#onLoss();
    }
  }
}

/** It adds one connection each time: all ten are there after 5 s; one that is needed before is opened at once. */
const POOL_CHECK_MS = 500;

/** It does not connect yet. @throws {TypeError} for a URL that the driver refuses. */
export function storeClient(url: string, appName: string): MongoClient {
  try {
    return makeClient(url, {
      appName,
      poolCheckMs: POOL_CHECK_MS,
      // Strict Stable API: no feature can be used that a later major version of the server may drop.
      serverApi: { version: '1', strict: true, deprecationErrors: true },
      // Acknowledged means on the disks of a majority: no election undoes it.
      writeConcern: { w: 'majority', journal: true, wtimeoutMS: SERVER_MS },
      readConcern: { level: 'majority' },
      readPreference: 'primary',
      retryReads: true,
      retryWrites: true,
      ignoreUndefined: true,
      serverSelectionTimeoutMS: SELECTION_MS,
      connectTimeoutMS: 2000,
      socketTimeoutMS: WRITE_MS,
      waitQueueTimeoutMS: SERVER_MS,
      // A primary counts as lost when it is silent for this plus connectTimeoutMS. A new one is noticed at once.
      heartbeatFrequencyMS: 1000,
      // Ten pods together must not open more connections than a small server can hold.
      maxPoolSize: 20,
      // Connections are opened in advance: an operation that waits for a new one also waits for DNS, and fails when DNS
      // is down.
      minPoolSize: 10,
    });
  } catch {
    // Its message may quote the URL, and so a password.
    throw badUrl('the MongoDB driver does not accept its hosts or options');
  }
}
