import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { MongoClient } from 'mongodb';

/** Writes one document after the other, and remembers which were acknowledged by a majority. */
export class Writer implements AsyncDisposable {
  readonly acknowledged: string[] = [];
  refused = 0;
  readonly #client: MongoClient;
  #stopped = false;
  readonly #done: Promise<void>;

  constructor(client: MongoClient) {
    this.#client = client;
    this.#done = this.#write();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#done;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  /** Acknowledged writes that the database does not have. */
  async lost(): Promise<string[]> {
    const found = await this.#collection.find({}, { readConcern: { level: 'majority' } }).toArray();
    const there = new Set(found.map(({ _id }) => _id));
    return this.acknowledged.filter((id) => !there.has(id));
  }

  get #collection() {
    return this.#client.db('product').collection<{ _id: string }>('writes');
  }

  async #write(): Promise<void> {
    while (!this.#stopped) {
      const id = randomUUID();
      try {
        await this.#client.connect();
        await this.#collection.insertOne({ _id: id });
        this.acknowledged.push(id);
      } catch {
        this.refused += 1;
        // Not acknowledged: whether it was stored does not matter. It may have failed synchronously: let other work
        // run.
        await delay(10);
      }
    }
  }
}
