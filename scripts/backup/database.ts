import { closeClient, makeClient } from '@shop/store/mongo';
import type { MongoClient } from 'mongodb';
import { exitCodeOf } from '../support/command-line.ts';

/** Of one command; longer than the server takes for the next part of a backup, or for an index of a restored collection. */
const COMMAND_MS = 120_000;

/**
 * Runs `work` on the replica set of MONGODB_URL, which has user, password and authSource. @throws without quoting the
 * URL.
 */
export async function withDatabase<T>(url: string, work: (client: MongoClient) => Promise<T>): Promise<T> {
  let client: MongoClient;
  try {
    client = makeClient(url, {
      poolCheckMs: 10_000,
      serverSelectionTimeoutMS: 10_000,
      socketTimeoutMS: COMMAND_MS,
    });
  } catch {
    throw new Error('MONGODB_URL is not a connection string that the MongoDB driver accepts');
  }
  let isDone = false;
  try {
    const result = await work(client);
    isDone = true;
    return result;
  } finally {
    if (!(await closeClient(client)) && isDone)
      process.stderr.write(
        'The work is done; the database did not answer any more when its connections were closed.\n',
      );
  }
}

/** Runs a script to its end: a failure is a message, never a stack or a connection string, and exit code 1. */
export async function runScript(script: () => Promise<void>): Promise<never> {
  try {
    await script();
  } catch (error) {
    const message = error instanceof Error ? error.message : 'unknown error';
    process.stderr.write(`${message.replace(/\/\/[^\s/@]*@/g, '//[redacted]@')}\n`);
    process.exitCode = exitCodeOf(error);
  }
  // Connections of a client that could not be closed would keep the process.
  process.exit();
}
