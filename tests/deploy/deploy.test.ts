/**
 * `npm run deploy` and `npm run undeploy` on a plain cluster with another Ingress class and its own registry. The tests
 * depend on one another, in this order.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { describeTraces, findTraces } from '../../scripts/deploy/traces.ts';
import { CommandError, run } from '../../scripts/support/run.ts';
import { createPlainCluster, kubectl, plain, removePlainCluster } from './plain-cluster.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const authority = `${root}.shop/deploy/${plain.context}/ca.crt`;
const inShop = (...args: readonly string[]) => kubectl(['--namespace=shop', ...args]);

/** Both output streams of a script. @throws with them when it fails. */
async function script(file: string, ...args: readonly string[]): Promise<string> {
  const lines: string[] = [];
  await run(process.execPath, [`${root}scripts/deploy/${file}.ts`, '--context', plain.context, ...args], {
    cwd: root,
    onLine: (line) => void lines.push(line),
  }).catch((error: unknown) => {
    throw error instanceof CommandError ? new Error(`${error.message}\n${error.output}`) : error;
  });
  return lines.join('\n');
}
const deploy = (...args: readonly string[]) => script('deploy', '--registry', plain.registry, ...args);
const options = ['--ingress-class', plain.ingressClass, '--host', 'localhost'];

const uidsOf = async (kind: string): Promise<string[]> =>
  (await inShop('get', kind, '--output=jsonpath={range .items[*]}{.metadata.uid}{"\\n"}{end}'))
    .split('\n')
    .sort();

const secretsThere = () => inShop('get', 'secrets', '--output=jsonpath={.items[*].data}');

beforeAll(createPlainCluster);
afterAll(removePlainCluster);

test('everything that is in the way is said before anything is changed', async () => {
  const refused = deploy('--ingress-class', 'nginx', '--storage-class', 'none', '--tls-secret', 'absent');
  for (const text of [
    'There is no IngressClass "nginx"; there are: edge',
    'There is no StorageClass "none"; there are: standard',
    'There is no Secret "absent" in the namespace shop',
  ])
    await expect(refused).rejects.toThrow(text);
  expect(describeTraces(await findTraces(kubectl))).toEqual([]);
});

test('the shop is deployed, and says what to try', async () => {
  const said = await deploy(...options);
  expect(said).toContain('Network policies are enforced');
  expect(said).toContain('https://localhost/product?limit=3');
  expect(said).toContain(`npm run undeploy -- --context ${plain.context}`);
  const classes = await inShop('get', 'ingresses', '--output=jsonpath={.items[*].spec.ingressClassName}');
  expect(classes).toBe(plain.ingressClass);
  // Without TLS, where a token could be read, nothing is served.
  expect((await fetch(`${plain.plainUrl}/user`)).status).toBe(404);
});

test('the e2e tests pass on it through its Ingress', async () => {
  const encoded = await inShop('get', 'secret', 'write-token', '--output=jsonpath={.data.token}');
  const token = Buffer.from(encoded, 'base64').toString();
  const lines: string[] = [];
  const played = run(process.execPath, [`${root}tests/e2e/run.ts`, '--url', plain.url], {
    cwd: root,
    env: { SHOP_TOKEN: token, NODE_EXTRA_CA_CERTS: authority },
    onLine: (line) => void lines.push(line),
  });
  // The error has everything that was printed.
  await played.catch(() => undefined);
  expect(lines.join('\n')).toMatch(/^Tests: +(\d+ skipped, )?\d+ passed, \d+ total$/m);
  await played;
});

test('deployed again nothing changes: no pod is replaced, every secret stays', async () => {
  const before = [await uidsOf('pods'), await secretsThere()];
  await deploy(...options);
  expect([await uidsOf('pods'), await secretsThere()]).toEqual(before);
});

test('undeployed without a terminal it wants --yes, and names what it would delete', async () => {
  const refused = script('undeploy');
  await expect(refused).rejects.toThrow('the namespace shop, with everything in it');
  await expect(refused).rejects.toThrow(/the volume pvc-\S+ of data-mongo-0, 1Gi/);
  await expect(refused).rejects.toThrow('Give --yes');
  expect(await uidsOf('pods')).not.toEqual(['']);
});

test('undeployed it leaves nothing', async () => {
  const before = (await kubectl(['get', 'namespaces', '--output=name'])).split('\n');
  await script('undeploy', '--yes');
  expect(describeTraces(await findTraces(kubectl))).toEqual([]);
  expect(await kubectl(['get', 'persistentvolumes', '--output=name'])).toBe('');
  const left = await kubectl(['get', 'namespaces', '--output=name']);
  expect(left.split('\n')).toEqual(before.filter((name) => name !== 'namespace/shop'));
  expect(existsSync(authority)).toBe(false);
});
