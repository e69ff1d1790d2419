/** The board with the rights of k8s/platform/board and no more: it shows everything, and can change nothing. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Scene } from '@shop/board';
import { watchKubernetes, type Kubernetes } from '@shop/board/kubernetes';
import { eventually } from '@shop/testing/eventually';
import { kindFaults } from '../../scripts/board/kind-faults.ts';
import { inShop, kubectl } from '../../scripts/kind/kubectl.ts';
import { trustAuthority } from '../../scripts/kind/certificates.ts';
import { baseUrl, context, paths } from '../../scripts/kind/names.ts';
import { CommandError } from '../../scripts/support/run.ts';

const account = `${paths.root}k8s/platform/board`;

describe('with rights to look only', () => {
  const folder = mkdtempSync(join(tmpdir(), 'board-rights-'));
  const kubeconfig = join(folder, 'config');
  const scene = new Scene();
  let kubernetes: Kubernetes | undefined;
  let before: string | undefined;

  beforeAll(async () => {
    await trustAuthority();
    await kubectl(['apply', '--kustomize', account]);
    const token = await inShop('create', 'token', 'board');
    const { clusters } = JSON.parse(
      await kubectl(['config', 'view', '--raw', '--minify', '--output', 'json']),
    ) as { clusters: object[] };
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters,
      users: [{ name: 'board', user: { token } }],
      contexts: [{ name: context, context: { cluster: context, user: 'board' } }],
      'current-context': context,
    };
    writeFileSync(kubeconfig, JSON.stringify(config), { mode: 0o600 });
    before = process.env['KUBECONFIG'];
    process.env['KUBECONFIG'] = kubeconfig;
  });
  afterAll(async () => {
    await kubernetes?.close();
    if (before === undefined) delete process.env['KUBECONFIG'];
    else process.env['KUBECONFIG'] = before;
    await kubectl(['delete', '--kustomize', account, '--ignore-not-found']);
    rmSync(folder, { recursive: true });
  });

  test('the board shows nodes, pods, breakers, the primary and log lines', async () => {
    kubernetes = watchKubernetes({ context, namespace: 'shop', scene });
    const { lines } = kubernetes;
    await eventually(
      'all of it is shown',
      () => {
        expect(scene.get('target', 'target')).toMatchObject({ state: 'live' });
        expect(scene.all('place').length).toBeGreaterThan(1);
        expect(scene.all('breaker').map(({ from }) => from)).toEqual(
          expect.arrayContaining(['product', 'user']),
        );
        expect(scene.all('unit').map(({ role }) => role)).toContain('primary');
        return true;
      },
      { withinMs: 60_000 },
    );
    // Only the last seconds' lines are read, and an idle shop writes none. Each line has some digit.
    const isRead = async () => {
      await (await fetch(`${baseUrl}/product?limit=1`)).text();
      return (await lines.follow('0').lines()).length > 0;
    };
    await eventually('lines are read', isRead, { withinMs: 60_000, everyMs: 1_000 });
  });

  test.each([
    ['get', 'secrets'],
    ['list', 'secrets'],
    ['watch', 'secrets'],
    ['create', 'pods/exec'],
    ['get', 'pods/exec'],
    ['delete', 'pods'],
    ['create', 'pods'],
    ['patch', 'deployments.apps'],
    ['patch', 'deployments.apps/scale'],
    ['update', 'statefulsets.apps'],
    ['create', 'networkpolicies.networking.k8s.io'],
    ['patch', 'nodes'],
    ['get', 'configmaps'],
    ['create', 'serviceaccounts/token'],
    ['impersonate', 'users'],
  ])('it may not %s %s', async (verb, resource) => {
    await Promise.all(
      ['shop', 'traefik', 'kube-system'].map((namespace) =>
        expect(kubectl(['auth', 'can-i', verb, resource, '--namespace', namespace])).rejects.toThrow(
          CommandError,
        ),
      ),
    );
  });

  test('a Secret is refused, and so is a fault, which changes nothing', async () => {
    await expect(inShop('get', 'secrets')).rejects.toThrow('Forbidden');
    const gone = (await kindFaults()).find(({ name }) => name === 'user-gone');
    const moments = { active: () => undefined, ended: () => undefined };
    await expect(gone?.run(moments, new AbortController().signal)).rejects.toThrow('Forbidden');
    expect(scene.get('service', 'user')?.wanted).toBeGreaterThan(0);
  });
});
