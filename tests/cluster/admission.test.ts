/** What the namespace refuses to run, tried by server-side dry runs. */
import { describe, expect, test } from '@jest/globals';
import { restrictedContainer, restrictedPod, restrictedPodSecurity } from '@shop/testing/restricted-pod';
import { kubectl } from '../../scripts/kind/kubectl.ts';
import { CommandError } from '../../scripts/support/run.ts';

/** @returns the API server's response: that it would create the pod, or why not. */
async function admit(container: object = {}, pod: object = {}): Promise<string> {
  const manifest = restrictedPod({
    name: 'candidate',
    namespace: 'shop',
    image: 'busybox:1.37',
    memoryMi: 32,
    container,
    spec: pod,
  });
  try {
    return await kubectl(['create', '--dry-run=server', '--filename', '-'], {
      input: JSON.stringify(manifest),
    });
  } catch (error) {
    if (error instanceof CommandError) return error.output;
    throw error;
  }
}

test('a pod that keeps the rules is admitted', async () => {
  expect(await admit()).toContain('pod/candidate created');
});

describe('refused is a pod', () => {
  const requests = { cpu: '10m', memory: '8Mi' };
  const limits = { memory: '32Mi' };
  const big = { requests: { cpu: '1', memory: '1Gi' }, limits: { memory: '3Gi' } };
  const addedCapability = { ...restrictedContainer, capabilities: { drop: ['ALL'], add: ['NET_ADMIN'] } };
  const volumes = [{ name: 'node', hostPath: { path: '/' } }];

  test.each<[string, RegExp, { container?: object; pod?: object }]>([
    [
      'that may be root',
      /runAsNonRoot/,
      { pod: { securityContext: { ...restrictedPodSecurity, runAsNonRoot: false } } },
    ],
    [
      'that is root',
      /runAsUser=0/,
      { container: { securityContext: { ...restrictedContainer, runAsUser: 0 } } },
    ],
    [
      'without limits',
      /No limit is specified|must specify limits\.memory/,
      { container: { resources: { requests } } },
    ],
    ['without requests', /must specify requests\.cpu/, { container: { resources: { limits } } }],
    ['that wants too much', /maximum memory usage per Pod/, { container: { resources: big } }],
    ['with an added capability', /capabilities/, { container: { securityContext: addedCapability } }],
    ['that may gain privileges', /allowPrivilegeEscalation/, { container: { securityContext: {} } }],
    ['with a part of the node’s disk', /hostPath/, { pod: { volumes } }],
  ])('%s', async (_what, reason, { container, pod }) => {
    expect(await admit(container, pod)).toMatch(reason);
  });
});
