import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@shop/testing/eventually';
import type { Pod } from './support/pod.ts';
import { StatefulSet } from './support/stateful-set.ts';
import { describeWithMongod } from '@shop/testing/describe-with-mongod';
import { Writer } from './support/writer.ts';

const serves = (pod: Pod) =>
  eventually('it serves again', () => pod.controller?.serving().then(() => true), { withinMs: 60_000 });

describeWithMongod('scaling', (mongod) => {
  describe('scaling', () => {
    let set: StatefulSet;
    beforeAll(async () => {
      set = await StatefulSet.create(await mongod());
      await set.pod(0).start();
      await set.ready();
    });
    afterAll(() => set[Symbol.asyncDispose]());

    test('follows 1, 3, 5, 3, 1 while a client writes, and loses nothing', async () => {
      await using client = set.client('product');
      await using writer = new Writer(client);

      for (const [replicas, voters] of [
        [3, [0, 1, 2]],
        [5, [0, 1, 2, 3, 4]],
        [3, [0, 1, 2]],
        [1, [0]],
      ] as const) {
        await set.scale(replicas);
        await set.settled(voters);
        expect(set.pods.map((pod) => pod.mongod.running)).toEqual([0, 1, 2, 3, 4].map((n) => n < replicas));
      }
      await writer.stop();

      expect(writer.acknowledged.length).toBeGreaterThan(50);
      expect(await writer.lost()).toEqual([]);
      expect(set.api.forbidden).toEqual([]);
    });

    test('members come back with their old volumes, and without what was deleted meanwhile', async () => {
      await using client = set.client('product');
      await client.db('product').collection('writes').drop();
      await set.scale(3);
      await set.settled([0, 1, 2]);
      await using one = set.client('product', 'product', undefined, [1]);
      const collections = () =>
        one.db('product').listCollections({}, { readPreference: 'secondary' }).toArray();
      // A member is a secondary before it has applied what it missed, and each read may go to another one.
      const isGone = async () => (await collections()).length === 0;
      expect(await eventually('the members have no collection', isGone)).toBe(true);
    });

    test('the pod of the primary ends: it hands over first, and writes go on', async () => {
      await using client = set.client('product');
      await using writer = new Writer(client);
      const primary = await set.primary();
      await set.pod(primary).end();
      const next = await set.primary();
      await set.pod(primary).start();
      await serves(set.pod(primary));
      await writer.stop();

      expect(next).not.toBe(primary);
      expect(await set.members()).toEqual({ voters: [0, 1, 2], others: [] });
      // An election without a handover would have taken the election time-out.
      expect(set.log()).toContain('handed over to another primary');
      expect(await writer.lost()).toEqual([]);
    });

    test('an update ends one pod after the other, and no write is refused', async () => {
      await using client = set.client('product');
      await using writer = new Writer(client);
      for (const ordinal of [2, 1, 0]) {
        const pod = set.pod(ordinal);
        await pod.end();
        await pod.start();
        await serves(pod);
      }
      await writer.stop();

      expect(writer.refused).toBe(0);
      expect(writer.acknowledged.length).toBeGreaterThan(20);
      expect(await writer.lost()).toEqual([]);
    });

    test('a surplus primary hands over, then goes', async () => {
      await set.makePrimary(2);
      await using client = set.client('product');
      await using writer = new Writer(client);
      await set.scale(1);
      await set.settled([0]);
      await writer.stop();

      expect(await writer.lost()).toEqual([]);
      expect(set.log()).not.toContain('"left":false');
    });

    test('without the API server the set stays as it is, and goes on', async () => {
      await set.scale(3);
      await set.settled([0, 1, 2]);
      set.api.reachable = false;
      set.api.replicas = 1;
      const primary = await set.primary();
      const failures = () => set.metric(primary, 'replica_set_reconcile_errors_total');
      const before = await failures();
      await eventually('ten rounds have failed', async () => (await failures()) > before + 10);
      await using client = set.client('product');
      await client.db('product').collection('writes').insertOne({ during: 'the outage' });

      expect(await set.members()).toEqual({ voters: [0, 1, 2], others: [] });
      expect(await set.metric(primary, 'replica_set_desired_members')).toBe(3);
      set.api.reachable = true;
      await set.settled([0]);
    });
  });
});
