import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { eventually, type Patience } from '@shop/testing/eventually';
import { freePort } from '@shop/testing/free-port';
import { SetUpError } from '../../scripts/support/command-line.ts';
import { findMongod, HOW_TO_GET_MONGOD, Mongod } from '@shop/testing/mongod';

/** The machine may be busy. */
const patience: Patience = { withinMs: 60_000 };

export interface Database {
  readonly version: string;
  url(name: string): string;
  stop(): Promise<void>;
}

/** A replica set of one member, which is its primary. @throws {SetUpError} when there is no mongod. */
export async function startDatabase(folder: string): Promise<Database> {
  const binary = findMongod(process.env);
  if (!binary) throw new SetUpError(HOW_TO_GET_MONGOD);
  const port = await freePort();
  const directory = join(folder, 'mongo');
  mkdirSync(directory);
  const mongod = new Mongod({ binary: await binary(), directory, port, log: join(folder, 'mongod.log') });
  mongod.start();
  const admin = new MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`, {
    serverSelectionTimeoutMS: 1000,
  });
  const db = admin.db('admin');
  try {
    const members = [{ _id: 0, host: `127.0.0.1:${port}` }];
    await eventually(
      'mongod answers',
      async () => {
        // After a connect that failed the driver keeps a closed topology, and only an explicit connect replaces it.
        await admin.connect();
        await db.command({ replSetInitiate: { _id: 'rs0', members } });
        return true;
      },
      patience,
    );
    await eventually(
      'mongod is the primary',
      async () => (await db.command({ hello: 1 }))['isWritablePrimary'] === true,
      patience,
    );
    const { version } = (await db.command({ buildInfo: 1 })) as unknown as { version: string };
    return {
      version,
      url: (name) => `mongodb://127.0.0.1:${port}/${name}?replicaSet=rs0`,
      stop: () => mongod.end('SIGTERM'),
    };
  } catch (error) {
    await mongod.end('SIGKILL');
    throw error;
  } finally {
    await admin.close();
  }
}
