import { scale } from '../actions/workloads.ts';
import { kubectl } from '../cluster/cluster.ts';
import { podsOf } from '../cluster/state.ts';
import type { Fault } from '../fault.ts';
import { noRestarts, recoversWithin } from '../judge/expectations.ts';

export const wrongStartOrder: Fault = {
  name: 'wrong-start-order',
  title: 'everything is restarted, the database last',
  clientSees: '503 until the database is there; then everything, without a restart',
  async inject(stage) {
    await scale(stage, 'statefulset/mongo', 0);
    const { cluster } = stage;
    await stage.until(
      'the database is gone',
      async () => (await podsOf(cluster, 'mongo')).length === 0,
      150_000,
    );
    const old = new Set((await services(stage)).map(({ metadata }) => metadata.uid));
    await kubectl('delete', 'pod', '--selector', 'tier=service', '--wait=false');
    await stage.until(
      'the services run, and wait for their database',
      async () => {
        const pods = await services(stage);
        return (
          pods.length === old.size &&
          pods.every(
            ({ metadata, status }) =>
              !old.has(metadata.uid) &&
              (status.containerStatuses ?? []).length > 0 &&
              (status.containerStatuses ?? []).every(({ containerID }) => containerID !== undefined),
          )
        );
      },
      120_000,
    );
    await stage.wait(10_000);
    await stage.restore();
    stage.end();
  },
  // mongod has to start and elect a primary, and the services' readiness probes have to succeed again.
  expectations: [recoversWithin(45_000), noRestarts],
};

const services = async ({ cluster }: Parameters<Fault['inject']>[0]) =>
  (await Promise.all(['user', 'product'].map((app) => podsOf(cluster, app)))).flat();
