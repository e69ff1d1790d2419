import { CoreV1Api, type KubeConfig, type V1Pod } from '@kubernetes/client-node';
import type { LineFinder } from '../request/one-request.ts';
import type { LogLine } from '../request/waterfall.ts';
import { appOf } from './pod-unit.ts';

/** How old a request and its log lines may be. */
const sinceSeconds = 15;
/** The sidecar's output has the app's lines; the ambassador writes its own. */
const containers: Readonly<Record<string, (app: string) => string>> = {
  'log-sidecar': (app) => app,
  ambassador: (app) => `${app}-ambassador`,
};

/** Looks for a trace in the latest lines of every service's pods. */
export function podLogs(config: KubeConfig, pods: () => readonly V1Pod[]): LineFinder {
  const core = config.makeApiClient(CoreV1Api);

  async function read(pod: V1Pod, container: string, traceId: string): Promise<LogLine[]> {
    const name = pod.metadata?.name ?? '';
    const namespace = pod.metadata?.namespace ?? '';
    const program = containers[container]?.(appOf(pod)) ?? container;
    const log = await core.readNamespacedPodLog({ name, namespace, container, sinceSeconds }).catch(() => '');
    return log
      .split('\n')
      .filter((text) => text.includes(traceId))
      .map((text) => ({ program, text }));
  }

  return {
    follow: (traceId) => ({
      async lines() {
        const reads = pods().flatMap((pod) => {
          const has = new Set(
            [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])].map(({ name }) => name),
          );
          return Object.keys(containers)
            .filter((container) => has.has(container))
            .map((container) => read(pod, container, traceId));
        });
        return (await Promise.all(reads)).flat();
      },
      end: () => undefined,
    }),
  };
}
