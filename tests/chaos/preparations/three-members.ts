import { mongoMembers } from '../actions/mongo.ts';
import { scale } from '../actions/workloads.ts';
import { kubectl } from '../cluster/cluster.ts';
import type { Preparation } from '../fault.ts';

/** The database has three members, so that it can lose one. */
export const threeMembers: Preparation = {
  name: 'three members of the database',
  async prepare(stage) {
    await stage.restoring('the members of the replica set', async () => {
      // Undone in the opposite order: the pods are already being taken away.
      await kubectl('rollout', 'status', 'statefulset/mongo', '--timeout=180s');
    });
    await scale(stage, 'statefulset/mongo', 3);
    await stage.until(
      'the three pods are members, one of them primary',
      async () => {
        const states = [...(await mongoMembers(stage.cluster)).values()];
        return (
          states.filter((state) => state === 'primary').length === 1 &&
          states.filter((state) => state === 'secondary').length === 2
        );
      },
      180_000,
    );
  },
};
