import { describe, expect, test } from '@jest/globals';
import { changed, idOf, person } from '../people.ts';
import { recordingLog } from '../recording-log.ts';
import { type AdapterContext, unavailable } from './context.ts';

/** The server's and the driver's errors become the port's. */
export function errors(context: AdapterContext): void {
  describe('errors', () => {
    test('a write whose acknowledgement is lost is retried and done once', async () => {
      const collection = await context.people();
      const writeConcernError = { code: 262, errmsg: 'no time' };
      await context.set().failOnce({ failCommands: ['insert'], writeConcernError });
      await collection.insert(person(1));

      expect(await context.raw().countDocuments()).toBe(1);
    });

    test('a write that no majority confirms fails, for any reason', async () => {
      const collection = await context.people();
      await collection.insert(person(1));
      const one = person(1);
      const writeConcernError = { code: 79, errmsg: 'no such replication' };
      await context
        .set()
        .failing({ failCommands: ['insert', 'update', 'delete'], writeConcernError }, async () => {
          await expect(collection.insert(person(2))).rejects.toEqual(unavailable(/replication/));
          await expect(collection.replace(one, changed(one, {}))).rejects.toEqual(unavailable(/replication/));
          await expect(collection.remove(changed(one, {}))).rejects.toEqual(unavailable(/replication/));
        });
    });

    test.each([10_107, 91, 11_600, 189, 50, 13_436])('code %d is unavailability', async (errorCode) => {
      const collection = await context.people();
      await context.set().failing({ failCommands: ['insert', 'find'], errorCode }, async () => {
        await expect(collection.insert(person(1))).rejects.toEqual(unavailable());
        await expect(collection.find(idOf(1))).rejects.toEqual(unavailable());
      });
    });

    test('a refused request is not unavailability', async () => {
      const collection = await context.people();
      await context.set().failOnce({ failCommands: ['find'], errorCode: 2 });

      await expect(collection.find(idOf(1))).rejects.toMatchObject({ name: 'MongoServerError', code: 2 });
    });

    test('credentials that the database does not know are unavailability, and never shown', async () => {
      const log = recordingLog();
      const store = await context.open(
        { log },
        context.url().replace('://', '://shop:s3cret@').replace('?', '?authSource=admin&'),
      );
      const error: unknown = await store.ready(10_000).catch((reason: unknown) => reason);

      expect(error).toEqual(unavailable(/Authentication failed/));
      expect([String(error), ...log.lines].join()).not.toContain('s3cret');
      expect(log.lines).toEqual([expect.stringMatching(/^warn the database does not answer/)]);
    });
  });
}
