import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@shop/testing/eventually';
import { firstPasswords, StatefulSet, users } from './support/stateful-set.ts';
import { describeWithMongod } from '@shop/testing/describe-with-mongod';

const refused = (code: number) => expect.objectContaining({ code });
const UNAUTHORIZED = 13;
const AUTHENTICATION_FAILED = 18;

describeWithMongod('users', (mongod) => {
  describe('users', () => {
    let set: StatefulSet;
    beforeAll(async () => {
      set = await StatefulSet.create(await mongod());
      await set.pod(0).start();
      await set.ready();
    });
    afterAll(() => set[Symbol.asyncDispose]());

    test('a service reads and writes its own database, and no other', async () => {
      await using client = set.client('product');
      await client.db('product').collection('things').insertOne({ a: 1 });

      await expect(client.db('user').collection('things').insertOne({ a: 1 })).rejects.toEqual(
        refused(UNAUTHORIZED),
      );
      await expect(client.db('user').collection('things').findOne()).rejects.toEqual(refused(UNAUTHORIZED));
    });

    test('backup reads all databases and writes none; restore writes', async () => {
      await using backup = set.client('backup', 'backup');
      await using restore = set.client('restore', 'backup');

      expect(await backup.db('product').collection('things').countDocuments()).toBe(1);
      await expect(backup.db('product').collection('things').insertOne({})).rejects.toEqual(
        refused(UNAUTHORIZED),
      );
      await restore.db('user').collection('others').insertOne({});
    });

    test('the controller cannot read data, nor make any user an administrator, itself included', async () => {
      await using client = set.client('controller', 'admin');
      const admin = client.db('admin');
      const attempts = [
        client.db('product').collection('things').findOne(),
        admin.command({ createUser: 'x', pwd: 'x', roles: ['root'] }),
        admin.command({ grantRolesToUser: 'controller', roles: ['root'] }),
        client.db('user').command({ createUser: 'x', pwd: 'x', roles: [{ role: 'root', db: 'admin' }] }),
      ];

      expect(await Promise.allSettled(attempts)).toEqual(
        attempts.map(() => ({ status: 'rejected', reason: refused(UNAUTHORIZED) })),
      );
    });

    test('without a user nothing is answered', async () => {
      await using client = set.client('product', 'product', 'wrong');
      await expect(client.db('product').collection('things').findOne()).rejects.toEqual(
        refused(AUTHENTICATION_FAILED),
      );
    });

    test('a database added later is reported, once, and keeps nothing else from being done', async () => {
      await set.pod(0).stopController();
      await set.password('review', 'first-secret-of-review');
      set.pod(0).startController({ databases: ['user', 'product', 'review'] });
      const reports = () => set.log().match(/"user":"review".*no right to manage this user/g) ?? [];
      await eventually('it is reported', () => reports().length > 0);
      await set.password('restore', 'a-new-secret-of-restore');
      await using client = set.client('restore', 'backup', 'a-new-secret-of-restore');
      await eventually('a later user has its new password', () => client.connect().then(() => true));
      expect(reports()).toHaveLength(1);
      await set.pod(0).stopController();
      await set.password('restore', firstPasswords['restore'] ?? '');
      set.pod(0).startController();
      await using again = set.client('restore', 'backup');
      await eventually('it goes on as before', () => again.connect().then(() => true));
    });

    test('passwords follow their files, the controller’s own too', async () => {
      for (const user of users) await set.password(user, `second-secret-of-${user}`);
      for (const user of users) {
        const database = { controller: 'admin', backup: 'backup', restore: 'backup' }[user as string] ?? user;
        await using client = set.client(user, database, `second-secret-of-${user}`);
        await eventually(`${user} has the new password`, () => client.connect().then(() => true));
        await using old = set.client(user, database);
        await expect(old.connect()).rejects.toEqual(refused(AUTHENTICATION_FAILED));
      }
    });

    test('a controller that was away during a rotation knows the previous password', async () => {
      await set.pod(0).stopController();
      await set.password('controller', 'third-secret-of-controller');
      await set.password('controller.previous', 'second-secret-of-controller');
      set.pod(0).startController();
      await using client = set.client('controller', 'admin', 'third-secret-of-controller');
      await eventually('it has the new password', () => client.connect().then(() => true));
      expect(set.log().match(/"user":"controller","msg":"changed the password"/g)).toHaveLength(2);
    });

    test('a password that is not the set’s is said, and changes nothing', async () => {
      await set.pod(0).stopController();
      set.lines.length = 0;
      await set.password('controller', 'a-wrong-secret');
      await set.password('controller.previous', 'another-wrong-secret');
      set.pod(0).startController();
      await eventually('it says so', () =>
        /"level":"warn".*requires authentication|Unauthorized/.test(set.log()),
      );
      await using client = set.client('product', 'product', 'second-secret-of-product');
      expect(await client.db('product').collection('things').countDocuments()).toBe(1);
    });

    test('no password is ever logged', () => {
      expect(set.log()).not.toMatch(/secret/);
      for (const user of users) expect(set.log()).not.toContain(firstPasswords[user]);
    });
  });
});
