/** Whether the cluster would admit the shop's pods: Pod Security, limits, and the cluster's webhooks. */
import type { Kubectl } from '../cluster/kubectl.ts';
import { CommandError } from '../support/run.ts';
import type { PodTemplate } from './demand.ts';
import type { Findings } from '../kind/requirements.ts';

/**
 * Sends each kind of pod to the API server, which creates none of them (`--dry-run=server`).
 * @param namespace where to try them: `shop` where it exists; another one has other limits, but the same webhooks.
 * @param image the name that one of our images has in the registry.
 */
export async function tryPods(
  kubectl: Kubectl,
  namespace: string,
  templates: readonly PodTemplate[],
  image: (name: string) => string,
): Promise<Findings> {
  const results = await Promise.all(templates.map((template) => tryPod(kubectl, namespace, template, image)));
  const problems = results.flatMap(({ problems: found }) => found);
  const advice = results.flatMap(({ advice: found }) => found);
  return { problems, advice: [...new Set(advice)] };
}

async function tryPod(
  kubectl: Kubectl,
  namespace: string,
  { name, labels, spec }: PodTemplate,
  image: (name: string) => string,
): Promise<Findings> {
  const named = (container: PodTemplate['spec']['containers'][number]) => ({
    ...container,
    image: image(container.image),
  });
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `shop-check-${name}`, labels },
    spec: {
      ...spec,
      // The pod's own service account may not exist yet, and a pod without one is refused.
      serviceAccountName: 'default',
      containers: spec.containers.map(named),
      ...(spec.initContainers === undefined ? {} : { initContainers: spec.initContainers.map(named) }),
    },
  };
  const lines: string[] = [];
  const args = ['--namespace', namespace, 'create', '--dry-run=server', '--filename', '-', '--output=name'];
  try {
    await kubectl(args, { input: JSON.stringify(pod), onLine: (line) => void lines.push(line) });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const text = error.output.replace(/\s+/g, ' ').slice(0, 500);
    if (/cannot create resource "pods"/.test(text))
      return {
        problems: [],
        advice: ['It is not known whether the cluster admits the pods: this user may not create any to try'],
      };
    return { problems: [`The cluster would refuse the pods of ${name}: ${text}`], advice: [] };
  }
  // Admission's warnings, such as Pod Security's where it does not enforce, are on standard error.
  const warnings = lines.filter((line) => line.startsWith('Warning:'));
  return {
    problems: [],
    advice: warnings.map((line) => `The cluster admits the pods with a warning: ${line.slice(9)}`),
  };
}
