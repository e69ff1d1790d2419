import { cp } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@shop/testing/eventually';
import { firstPasswords, StatefulSet, users } from './support/stateful-set.ts';
import { describeWithMongod } from '@shop/testing/describe-with-mongod';

const said = (set: StatefulSet, text: string) =>
  eventually(`a controller logs "${text}"`, () => set.log().includes(text));
const everyUserIsThere = async (set: StatefulSet) => {
  for (const [user, database] of [
    ['user', 'user'],
    ['product', 'product'],
    ['backup', 'backup'],
    ['restore', 'backup'],
  ] as const) {
    await using client = set.client(user, database);
    await eventually(`${user} can log in`, () => client.connect().then(() => true));
  }
};

describeWithMongod('forming', (mongod) => {
  describe('three members', () => {
    let set: StatefulSet;
    let id: string;
    const note = { _id: 'of the first life' };
    const found = async () => {
      await using client = set.client('product');
      return await client
        .db('product')
        .collection('notes')
        .findOne({}, { readConcern: { level: 'majority' } });
    };

    beforeAll(async () => {
      set = await StatefulSet.create(await mongod());
      set.api.replicas = 3;
    });
    afterAll(() => set[Symbol.asyncDispose]());

    test('become a set, whichever starts first', async () => {
      await set.pod(2).start();
      await said(set, 'waiting for the primary to add this member');
      await set.pod(1).start();
      await set.pod(0).start();
      await set.settled([0, 1, 2]);
      id = await set.replicaSetId(0);
      await using client = set.client('product');
      await client.db('product').collection<{ _id: string }>('notes').insertOne(note);

      expect(set.api.configMap.data).toEqual({
        state: 'initiated',
        replicaSetId: id,
        configVersion: expect.stringMatching(/^\d+$/),
      });
    });

    test('mongo-0 loses its volume while the others live: it gets all data again', async () => {
      await set.pod(0).kill();
      await set.pod(0).wipe();
      await set.pod(0).start();
      await eventually(
        'it serves',
        () =>
          set
            .pod(0)
            .controller?.serving()
            .then(() => true),
        { withinMs: 60_000 },
      );

      expect(await set.replicaSetId(0)).toBe(id);
      expect(await found()).toEqual(note);
    });

    test('mongo-0 loses its volume while the others are down: it makes no second set, and waits', async () => {
      await Promise.all(set.pods.map((pod) => pod.kill()));
      await set.pod(0).wipe();
      set.lines.length = 0;
      await set.pod(0).start();
      await said(set, `the replica set ${id} exists and this volume has none of it`);

      await expect(set.pod(0).controller?.serving()).rejects.toThrow(
        /delete|patch configmap mongo-replica-set/,
      );
      expect(set.log()).not.toContain('initiated the replica set');
      await Promise.all([set.pod(1).start(), set.pod(2).start()]);
      await eventually(
        'it serves',
        () =>
          set
            .pod(0)
            .controller?.serving()
            .then(() => true),
        { withinMs: 60_000 },
      );
      expect(await set.replicaSetId(0)).toBe(id);
      expect(await found()).toEqual(note);
    });

    test('all lose their power at once, and come back as they were', async () => {
      await Promise.all(set.pods.map((pod) => pod.kill()));
      await Promise.all([2, 0, 1].map((ordinal) => set.pod(ordinal).start()));
      await set.settled([0, 1, 2]);

      expect(await set.replicaSetId(await set.primary())).toBe(id);
      expect(await found()).toEqual(note);
      expect(set.api.forbidden).toEqual([]);
    });
  });

  describe('one member', () => {
    test('is killed, mongod and all, after every single step, and still becomes a set with all users', async () => {
      await using set = await StatefulSet.create(await mongod());
      const steps: string[] = [];
      let crash = false;
      const step = (name: string) => {
        if (/^(replSetInitiate|PUT|create|update|grant|revoke)/.test(name)) {
          steps.push(name);
          crash = true;
        }
        if (crash) throw new Error('the power is gone');
      };
      set.api.afterWrite = () => step('PUT');
      set.afterCommand = step;
      await set.pod(0).start();
      // Each start may take one step; the last is the one that needs none.
      for (;;) {
        const quiet = await eventually('a step or an end', async () => {
          if (crash) return { end: false };
          const complete = set.api.configMap.data?.['configVersion'] !== undefined;
          return complete && (await set.metric(0, 'replica_set_is_primary')) === 1 && { end: true };
        });
        if (quiet.end) break;
        await set.pod(0).kill();
        crash = false;
        await set.pod(0).start();
      }

      expect(steps).toEqual([
        'PUT',
        'replSetInitiate',
        'PUT',
        'createUser',
        'createRole',
        'grantRolesToUser',
        'createUser',
        'createUser',
        'createUser',
        'createUser',
        'revokeRolesFromUser',
        'PUT',
      ]);
      await everyUserIsThere(set);
      for (const user of users) expect(set.log()).not.toContain(firstPasswords[user]);
    });

    test('that loses its volume before there was a user begins again', async () => {
      await using set = await StatefulSet.create(await mongod());
      let initiated = false;
      set.afterCommand = (command) => {
        initiated ||= command === 'replSetInitiate';
        if (initiated) throw new Error('the power is gone');
      };
      await set.pod(0).start();
      await eventually('it has initiated', () => initiated);
      await set.pod(0).kill();
      await set.pod(0).wipe();
      expect(set.api.configMap.data).toEqual({ state: 'initiating' });
      set.afterCommand = () => undefined;
      await set.pod(0).start();
      await set.settled([0]);
      await everyUserIsThere(set);
    });

    test('that loses its volume later says what to do, and does it when the operator agrees', async () => {
      await using set = await StatefulSet.create(await mongod());
      await set.pod(0).start();
      await set.ready();
      const first = await set.replicaSetId(0);
      await set.pod(0).kill();
      await set.pod(0).wipe();
      await set.pod(0).start();
      await said(
        set,
        `patch configmap mongo-replica-set --type=json -p='[{\\"op\\":\\"remove\\",\\"path\\":\\"/data\\"}]'`,
      );
      expect(set.log().match(/initiated the replica set/g)).toHaveLength(1);

      set.api.configMap = { metadata: set.api.configMap.metadata };
      await set.settled([0]);
      await everyUserIsThere(set);
      expect(await set.replicaSetId(0)).not.toBe(first);
    });

    test('on a volume of before the set grew is not started: it would elect itself', async () => {
      await using set = await StatefulSet.create(await mongod());
      await set.pod(0).start();
      await set.ready();
      const first = await set.replicaSetId(0);
      await set.pod(0).kill();
      const old = `${set.volumeOf(0)}-old`;
      await cp(set.volumeOf(0), old, { recursive: true });
      await set.pod(0).start();
      await set.scale(3);
      await set.settled([0, 1, 2]);
      await using client = set.client('product');
      await client.db('product').collection('notes').insertOne({ written: 'after the snapshot' });
      await Promise.all(set.pods.map((pod) => pod.kill()));
      await set.pod(0).wipe();
      await cp(old, set.volumeOf(0), { recursive: true });

      await set.pod(0).start();
      await said(set, 'in which this is the only voter');
      expect(set.pod(0).mongod.running).toBe(false);
      await Promise.all([set.pod(1).start(), set.pod(2).start()]);
      expect(await set.primary()).not.toBe(0);
      // Does what the message says: delete the volume, and the pod.
      await set.pod(0).kill();
      await set.pod(0).wipe();
      await set.pod(0).start();
      await eventually(
        'it serves',
        () =>
          set
            .pod(0)
            .controller?.serving()
            .then(() => true),
        { withinMs: 60_000 },
      );
      expect(await set.replicaSetId(0)).toBe(first);
      expect(await client.db('product').collection('notes').countDocuments()).toBe(1);
    });
  });
});
