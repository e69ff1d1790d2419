/** Preparations that make the shop less resilient. */
import { withManifest } from '../../../scripts/cluster/kubectl.ts';
import { change, patchDeployment } from '../actions/workloads.ts';
import { kubectl, onCluster } from '../cluster/cluster.ts';
import type { Preparation } from '../fault.ts';

const inApp = (container: object): object => ({
  spec: { template: { spec: { containers: [{ name: 'app', ...container }] } } },
});

const middlewares = 'traefik.ingress.kubernetes.io/router.middlewares';

/** The Ingress does not try another pod, so that clients see the failures that it otherwise hides. */
export const withoutSecondTry: Preparation = {
  name: 'without a second attempt',
  async prepare(stage) {
    await change(stage, {
      what: 'the Ingress’s middlewares',
      objects: ['ingress/shop'],
      patch: { metadata: { annotations: { [middlewares]: 'rate-limit@file,security-headers@file' } } },
    });
  },
};

/** Pods get requests as soon as their containers run. */
export const withoutReadiness: Preparation = {
  name: 'without readiness',
  prepare: (stage) => patchDeployment(stage, 'product', inApp({ readinessProbe: null, startupProbe: null })),
};

/** Pods that get SIGTERM end at once, while the Ingress still sends them requests. */
export const withoutDrain: Preparation = {
  name: 'without draining',
  prepare: (stage) =>
    patchDeployment(stage, 'product', inApp({ env: [{ name: 'DRAIN_DELAY_MS', value: '0' }] })),
};

/** Product's breaker never gets enough requests to open. */
export const withoutBreaker: Preparation = {
  name: 'without a breaker',
  async prepare(stage) {
    const volume = 'jsonpath={.spec.template.spec.volumes[?(@.name=="routes")].configMap.name}';
    const name = await kubectl('get', 'deployment/product', '--output', volume);
    const { data } = JSON.parse(await kubectl('get', 'configmap', name, '--output', 'json')) as {
      data: Record<string, string>;
    };
    const routes = `${data['routes.yaml'] ?? ''}    breaker: { volumeThreshold: 1000000 }\n`;
    const own = 'product-ambassador-without-breaker';
    await stage.restoring(`ConfigMap ${own}`, {
      do: 'delete',
      namespace: 'shop',
      object: `configmap/${own}`,
    });
    await withManifest(onCluster, 'apply', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: own, namespace: 'shop' },
      data: { ...data, 'routes.yaml': routes },
    });
    const patch = {
      spec: { template: { spec: { volumes: [{ name: 'routes', configMap: { name: own } }] } } },
    };
    await patchDeployment(stage, 'product', patch);
  },
};
