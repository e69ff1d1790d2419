import { randomBytes } from 'node:crypto';
import { setSecret } from '../../../scripts/kind/secrets.ts';
import type { Pod } from '@shop/testing/kubernetes';
import { type Cluster, kubectl } from '../cluster/cluster.ts';
import { podsOf } from '../cluster/state.ts';
import type { Fault, Stage } from '../fault.ts';
import { noFailedRequests, noFallbacks, noRestarts } from '../judge/expectations.ts';

export const tokenRotation: Fault = {
  name: 'token-rotation',
  title: 'the token for writes is replaced',
  clientSees: 'nothing: while clients change over, the old token and the new one are both accepted',
  async inject(stage) {
    const before = await tokens();
    const [old = ''] = before;
    const fresh = randomBytes(24).toString('hex');
    await stage.restoring('the token for writes', async () => {
      await write(before);
      stage.useToken(old);
    });
    stage.begin();
    await write([old, fresh]);
    await untilEverywhere(stage, 2);
    stage.note('both are accepted: clients change over');
    stage.useToken(fresh);
    await stage.wait(3_000);
    await write([fresh]);
    await untilEverywhere(stage, 1);
    stage.note('the old one is no longer accepted');
    // And back, in the same way.
    await write([fresh, old]);
    await untilEverywhere(stage, 2);
    stage.useToken(old);
    await stage.wait(3_000);
  },
  expectations: [noFailedRequests, noFallbacks, noRestarts],
};

async function tokens(): Promise<string[]> {
  const encoded = await kubectl('get', 'secret', 'write-token', '--output', 'jsonpath={.data.token}');
  return Buffer.from(encoded, 'base64').toString().split('\n').filter(Boolean);
}

async function write(lines: readonly string[]): Promise<void> {
  await setSecret('write-token', { token: `${lines.join('\n')}\n` });
  // kubelet looks at a Secret when it looks at the pod, every minute and a half at the latest: a change of the pod makes it
  // look now, https://kubernetes.io/docs/concepts/configuration/configmap/#mounted-configmaps-are-updated-automatically.
  await kubectl(
    'annotate',
    'pods',
    '-l',
    'app in (user, product)',
    '--overwrite',
    `shop.token=${Date.now()}`,
  );
}

/** Resolves when kubelet has brought the Secret's new content, of so many lines, to every pod that reads it. */
async function untilEverywhere(stage: Stage, lines: number): Promise<void> {
  const { cluster } = stage;
  const pods = (await Promise.all(['user', 'product'].map((app) => podsOf(cluster, app)))).flat();
  await stage.until(
    'every pod has the Secret’s new content',
    async () => {
      const counts = await Promise.all(pods.map((pod) => linesOfToken(cluster, pod)));
      return counts.every((count) => count === lines);
    },
    180_000,
  );
}

/** As kubelet has mounted it. */
async function linesOfToken({ shells }: Cluster, { metadata, spec }: Pod): Promise<number> {
  const file = `/var/lib/kubelet/pods/${metadata.uid}/volumes/kubernetes.io~secret/write-token/token`;
  return Number(await shells.run(spec.nodeName ?? '', `wc -l < ${file}`));
}
