import type { V1Pod } from '@kubernetes/client-node';
import type { Breaker, Unit } from '../scene/entities.ts';
import type { AdminPorts } from './admin-ports.ts';
import type { Observed } from './cluster-entities.ts';
import { appOf, isReady } from './pod-unit.ts';

const ambassadorPort = 9001;
const controllerPort = 9000;

interface BreakerReport {
  readonly upstream: string;
  readonly state: Breaker['state'];
  readonly since: string;
  readonly nextTrialAt?: string;
  readonly counts: Breaker['counts'];
}

/**
 * Reads the breakers of every ambassador, and the role of every database member. Pods that do not respond are left out.
 */
export async function observe(pods: readonly V1Pod[], admin: AdminPorts): Promise<Observed> {
  const roles = new Map<string, NonNullable<Unit['role']>>();
  const breakers: Breaker[] = [];
  await Promise.all(
    pods.filter(isReady).map(async (pod) => {
      const has = (container: string) =>
        [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])].some(
          ({ name }) => name === container,
        );
      const address = { namespace: pod.metadata?.namespace ?? '', pod: pod.metadata?.name ?? '' };
      try {
        if (has('ambassador')) {
          const body = await admin.get({ ...address, port: ambassadorPort }, '/breakers');
          breakers.push(...(JSON.parse(body) as BreakerReport[]).map((report) => breakerOf(pod, report)));
        } else if (appOf(pod) === 'mongo') {
          const metrics = await admin.get({ ...address, port: controllerPort }, '/metrics');
          const isPrimary = /^replica_set_is_primary(\{.*\})? 1$/m.test(metrics);
          roles.set(address.pod, isPrimary ? 'primary' : 'secondary');
        }
      } catch {
        // It is starting, ending or busy, as its state shows.
      }
    }),
  );
  return { roles, breakers: breakers.sort((a, b) => a.id.localeCompare(b.id)) };
}

function breakerOf(pod: V1Pod, { upstream, state, since, nextTrialAt, counts }: BreakerReport): Breaker {
  const to = URL.parse(upstream)?.hostname.split('.')[0] ?? upstream;
  const { fires, failures, rejects, fallbacks } = counts;
  return {
    kind: 'breaker',
    id: `${pod.metadata?.name ?? ''}-${to}`,
    unit: pod.metadata?.uid ?? '',
    from: appOf(pod),
    to,
    state,
    since: Date.parse(since),
    ...(nextTrialAt === undefined ? {} : { nextTrialAt: Date.parse(nextTrialAt) }),
    counts: { fires, failures, rejects, fallbacks },
  };
}
