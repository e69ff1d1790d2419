import { MongoClient } from 'mongodb';

/**
 * Runs `work` on the replica set of MONGODB_URL, which has user, password and authSource. @throws without quoting the
 * URL.
 */
export async function withDatabase<T>(url: string, work: (client: MongoClient) => Promise<T>): Promise<T> {
  let client: MongoClient;
  try {
    client = new MongoClient(url, { serverSelectionTimeoutMS: 10_000 });
  } catch {
    throw new Error('MONGODB_URL is not a connection string that the MongoDB driver accepts');
  }
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

/** Ends a script with a message, never with a stack or a connection string. */
export function fail(error: unknown): void {
  const message = error instanceof Error ? error.message : 'unknown error';
  process.stderr.write(`${message.replace(/\/\/[^\s/@]*@/g, '//[redacted]@')}\n`);
  process.exitCode = 1;
}
