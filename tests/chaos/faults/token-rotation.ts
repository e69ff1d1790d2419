import { randomBytes } from 'node:crypto';
import { setSecret } from '../../../scripts/kind/secrets.ts';
import { kubectl } from '../cluster/kubectl.ts';
import { podsOf } from '../cluster/pods.ts';
import type { Fault, Stage } from '../fault.ts';
import { noFailedRequests, noFallbacks, restartsOnly } from '../judge/expectations.ts';

export const tokenRotation: Fault = {
  name: 'token-rotation',
  title: 'the token for writes is replaced',
  clientSees: 'nothing: while clients change over, the old token and the new one are both accepted',
  async inject(stage) {
    const before = await tokens();
    const [old = ''] = before;
    const fresh = randomBytes(24).toString('hex');
    stage.restoring('the token for writes', async () => {
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
  expectations: [noFailedRequests, noFallbacks, restartsOnly(undefined)],
};

async function tokens(): Promise<string[]> {
  const encoded = await kubectl('get', 'secret', 'write-token', '--output', 'jsonpath={.data.token}');
  return Buffer.from(encoded, 'base64').toString().split('\n').filter(Boolean);
}

async function write(lines: readonly string[]): Promise<void> {
  await setSecret('write-token', { token: `${lines.join('\n')}\n` });
}

/** Resolves when kubelet has brought the Secret's new content, of so many lines, to every pod that reads it. */
async function untilEverywhere(stage: Stage, lines: number): Promise<void> {
  const pods = (await Promise.all(['user', 'product'].map((app) => podsOf(stage.cluster, app)))).flat();
  await stage.until(
    'every pod has the Secret’s new content',
    async () => {
      const counts = await Promise.all(
        pods.map(({ metadata }) =>
          kubectl('exec', metadata.name, '-c', 'app', '--', 'grep', '-c', '', '/etc/write-token/token'),
        ),
      );
      return counts.every((count) => Number(count) === lines);
    },
    180_000,
  );
}
