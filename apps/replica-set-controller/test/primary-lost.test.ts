import { expect, test } from '@jest/globals';
import { StatefulSet } from './support/stateful-set.ts';
import { describeWithMongod } from '@shop/testing/describe-with-mongod';
import { Writer } from './support/writer.ts';

describeWithMongod('the loss of the primary', (mongod) => {
  test('kill -9 of the primary after every change, growing and shrinking: no acknowledged write is lost', async () => {
    await using set = await StatefulSet.create(await mongod());
    await set.pod(0).start();
    await set.ready();
    await using client = set.client('product');
    await using writer = new Writer(client);
    const first = await set.replicaSetId(0);

    const deaths: Promise<void>[] = [];
    set.afterCommand = (command, ordinal) => {
      // At most eight: enough for every change once, and it has an end.
      // Not in a pod that is ending: there the kubelet restarts nothing.
      const mayDie = ordinal < set.api.replicas && deaths.length < 8;
      if (command !== 'replSetReconfig' || !mayDie) return;
      const { mongod } = set.pod(ordinal);
      // The kubelet restarts a container that has died.
      deaths.push(mongod.end('SIGKILL').then(() => mongod.start()));
      throw new Error('the connection to mongod is gone');
    };
    await set.scale(3);
    await set.settled([0, 1, 2]);
    await set.scale(1);
    await set.settled([0]);
    await Promise.all(deaths);
    await writer.stop();

    expect(deaths.length).toBeGreaterThanOrEqual(4);
    expect(await writer.lost()).toEqual([]);
    expect(writer.acknowledged.length).toBeGreaterThan(20);
    expect(await set.replicaSetId(0)).toBe(first);
  });
});
