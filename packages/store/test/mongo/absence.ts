import { describe, expect, test } from '@jest/globals';
import { eventually } from '@shop/testing/eventually';
import { type ClientSession, type Db, ReadPreference } from 'mongodb';
import { Availability } from '../../src/availability.ts';
import { Connection, PRIMARY_GRACE_MS } from '../../src/mongo/connection.ts';
import type { Repository } from '../../src/index.ts';
import { idOf, person, type Person } from '../people.ts';
import { recordingLog } from '../recording-log.ts';
import { secondTags } from '../replica-set.ts';
import { type AdapterContext, spec, unavailable } from './context.ts';

/** A database that hangs, and what is reported of one that goes away. */
export function absence(context: AdapterContext): void {
  describe('absence', () => {
    test('a frozen database is unavailable, and useful again as soon as it thaws', async () => {
      const collection = await context.people();
      await collection.insert(person(1));
      const store = await context.open();
      await store.ready(10_000);
      try {
        await context.set().freeze();
        const asked = [collection.find(idOf(1)), collection.list({ limit: 1 }), collection.insert(person(2))];
        const results = await Promise.allSettled(asked);

        expect(results).toEqual(results.map(() => ({ status: 'rejected', reason: unavailable() })));
        await expect(store.ready(123)).rejects.toEqual(unavailable(/within 123 ms/));
      } finally {
        context.set().thaw();
      }
      await eventually('a read works', () => collection.find(idOf(1)).then((one) => one !== undefined));
      // The driver's monitor may not have noticed yet that it was away.
      let n = 2;
      await eventually('a write works', () => collection.insert(person((n += 1))).then(() => true));
    });

    test('while the primary is frozen it stays ready by another member', async () => {
      await context.set().withSecondary(async (secondary) => {
        const appName = 'readiness';
        const store = await context.open({ appName });
        await store.ready(10_000);
        await eventually('it has connections to the secondary', async () => {
          const all = secondary.aggregate([{ $currentOp: { allUsers: true, idleConnections: true } }]);
          return (await all.toArray()).filter((one) => one['appName'] === appName).length > 5;
        });
        try {
          await context.set().freeze();
          await expect(store.ready()).resolves.toBeUndefined();
        } finally {
          context.set().thaw();
        }
      });
    });

    test('while the primary changes reads wait for the next one, and show what was acknowledged', async () => {
      await withSecondaryBehind(context, async ({ collection, one }) => {
        await collection.replace(one, { ...one, version: 2 });
        let reads: Promise<unknown[]> = Promise.resolve([]);
        await context.set().withoutPrimary(async () => {
          reads = Promise.all(Array.from({ length: 20 }, () => collection.find(one.id)));
        });
        expect(await reads).toEqual(Array.from({ length: 20 }, () => ({ ...one, version: 2 })));
      });
    });

    test('without a primary a secondary that is behind is waited for, until it has what was acknowledged', async () => {
      await withSecondaryBehind(context, async ({ collection, one, secondary, catchUp }) => {
        const connection = new Connection(
          context.url(),
          'behind',
          new Availability(recordingLog(), 'the set'),
          () => undefined,
        );
        const find = (db: Db, session?: ClientSession) =>
          db.collection<{ _id: string; version: number }>('people').findOne(
            { _id: one.id },
            {
              readPreference: new ReadPreference('secondary', [secondTags]),
              ...(session && { session }),
            },
          );
        try {
          await connection.run(10_000, (db) => db.command({ ping: 1 }));
          await collection.replace(one, { ...one, version: 2 });
          await context.set().withoutPrimary(async () => {
            await eventually('the step-down is known', () => connection.primaryWithinMs < PRIMARY_GRACE_MS);
            expect(await connection.run(10_000, find)).toMatchObject({ version: 1 });
            const waiting = connection.runCaughtUp(15_000, find);
            await eventually('it waits at the secondary', async () => {
              const all = secondary.aggregate([
                { $currentOp: { allUsers: true } },
                { $match: { 'command.find': 'people' } },
              ]);
              return (await all.toArray()).length > 0;
            });
            await catchUp();
            expect(await waiting).toMatchObject({ version: 2 });
          });
        } finally {
          await connection.close();
        }
      });
    });

    test('without a primary reads go on and it stays ready; a write waits for the next one, or is unavailable', async () => {
      const collection = await context.people();
      await collection.insert(person(1));
      const store = await context.open();
      store.collection(spec);
      await store.ready(10_000);
      const fresh = await context.open();
      fresh.collection(spec);

      let late: Promise<void> = Promise.resolve();
      await context.set().withoutPrimary(async () => {
        await eventually('a read works', async () => (await collection.find(idOf(1)))?.id === idOf(1));
        await expect(collection.list({ limit: 1 })).resolves.toMatchObject({ items: [{ id: idOf(1) }] });
        await eventually('it is ready', () => store.ready().then(() => true));
        // A store that has never seen its indexes is not ready: it could not take any write.
        await expect(fresh.ready()).rejects.toEqual(unavailable());
        await expect(collection.insert(person(2))).rejects.toEqual(unavailable());
        late = collection.insert(person(3));
        late.catch(() => undefined);
      });
      await late;
      await expect(collection.find(idOf(3))).resolves.toMatchObject({ id: idOf(3) });
    });

    test('its loss and its return are logged once each', async () => {
      const log = recordingLog();
      const store = await context.open({ log });
      const collection = store.collection(spec);
      await store.ready(10_000);
      await context.set().kill();
      await Promise.allSettled(Array.from({ length: 10 }, () => collection.find(idOf(1))));
      await expect(collection.find(idOf(1))).rejects.toEqual(unavailable());
      await context.set().startAgain();
      await eventually('it is ready', () => store.ready().then(() => true));

      expect(log.lines).toEqual([
        expect.stringMatching(/^info the database answers .*"127\.0\.0\.1:\d+\/adapter\d+"/),
        expect.stringMatching(/^warn the database does not answer/),
        expect.stringMatching(/^info the database answers/),
      ]);
    });
  });
}

interface Behind {
  readonly collection: Repository<Person>;
  /** Both members have it. */
  readonly one: Person;
  readonly secondary: Db;
  /** Lets the secondary apply what it lacks, and all that follows. */
  readonly catchUp: () => Promise<unknown>;
}

/** The set has a second member that applies nothing more, as long as `work` takes or until `catchUp`. */
async function withSecondaryBehind(
  context: AdapterContext,
  work: (behind: Behind) => Promise<void>,
): Promise<void> {
  await context.set().withSecondary(async (secondary) => {
    const collection = await context.people();
    const one = person(1);
    await collection.insert(one);
    await context
      .db()
      .collection('last')
      .insertOne({}, { writeConcern: { w: 2 } });
    const apply = (mode: 'alwaysOn' | 'off') =>
      secondary.command({ configureFailPoint: 'rsSyncApplyStop', mode });
    const catchUp = () => apply('off');
    await apply('alwaysOn');
    try {
      await work({ collection, one, secondary, catchUp });
    } finally {
      await catchUp();
    }
  });
}
