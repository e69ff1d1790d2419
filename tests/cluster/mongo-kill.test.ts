/**
 * A member that is deleted without grace may be restarted before it has ended: a pod of the test stands for the old
 * one.
 */
import { afterAll, expect, test } from '@jest/globals';
import { eventually } from '@shop/testing/eventually';
import { restrictedPod, restrictedPodSecurity } from '@shop/testing/restricted-pod';
import { withManifest } from '../../scripts/cluster/kubectl.ts';
import { inShop, kubectl } from '../../scripts/kind/kubectl.ts';

const member = 'mongo-0';
const holder = 'data-directory-holder';

/**
 * Waits for the member's lock, which its mongod has; then prints a line, and keeps the lock as long as the pod lives.
 */
const manifest = restrictedPod({
  name: holder,
  namespace: 'shop',
  image: 'mongo:8.0',
  command: ['flock', '/data/db/start.lock', 'sh', '-c', 'echo held && exec sleep 3600'],
  memoryMi: 64,
  container: { volumeMounts: [{ name: 'data', mountPath: '/data/db' }] },
  spec: {
    securityContext: { ...restrictedPodSecurity, runAsUser: 999 },
    volumes: [{ name: 'data', persistentVolumeClaim: { claimName: `data-${member}` } }],
  },
});

const release = (): Promise<string> => inShop('delete', 'pod', holder, '--ignore-not-found');

const readMember = (path: string): Promise<string> =>
  inShop('get', 'pod', member, '-o', `jsonpath={${path}}`);

const logOf = (pod: string, container: string): Promise<string> =>
  inShop('logs', pod, '--container', container);

afterAll(async () => {
  await release();
  await inShop('wait', '--for=condition=Ready', `pod/${member}`, '--timeout=120s');
});

test('a member waits until the one before it has let go of the directory, without a restart', async () => {
  const before = await readMember('.metadata.uid');
  await withManifest(kubectl, 'create', manifest);
  await inShop('wait', '--for=condition=Ready', `pod/${holder}`, '--timeout=60s');
  expect(await logOf(holder, holder)).toBe('');

  await inShop('delete', 'pod', member, '--grace-period=0', '--force');
  await eventually(
    'the next one waits',
    async () => {
      expect(await readMember('.metadata.uid')).not.toBe(before);
      return (await logOf(member, 'mongo')).includes('waiting for the mongod before this one to let go of');
    },
    { withinMs: 60_000 },
  );
  await eventually('the test has the lock', async () => (await logOf(holder, holder)) === 'held');
  expect(await logOf(member, 'mongo')).not.toContain('mongod startup complete');

  await release();
  await inShop('wait', '--for=condition=Ready', `pod/${member}`, '--timeout=120s');
  expect(await readMember('.status.containerStatuses[?(@.name=="mongo")].restartCount')).toBe('0');
});
