/** What an operator looks at first when a cluster does not come up. */
import { containerStatusesOf, type Pod } from '@shop/testing/kubernetes';
import { CommandError } from '../support/run.ts';
import type { Kubectl } from './kubectl.ts';

const lines = 40;
const events = 20;

type Ask = (args: readonly string[]) => Promise<string>;

/**
 * Lists all pods, and for these namespaces the warning events and the logs of containers that are not ready or were
 * restarted. Never fails.
 */
export async function diagnose(kubectl: Kubectl, namespaces: readonly string[]): Promise<string> {
  const ask: Ask = (args) =>
    kubectl(['--request-timeout=10s', ...args]).catch((error: unknown) => {
      if (error instanceof CommandError) return error.output || error.summary;
      throw error;
    });
  const sections = [
    section(ask, 'pods', ['get', 'pods', '--all-namespaces', '--output', 'wide']),
    ...namespaces.map(
      async (namespace) => `--- last warnings in ${namespace}\n${await warnings(ask, namespace)}`,
    ),
    ...namespaces.map(async (namespace) => (await Promise.all(await logs(ask, namespace))).join('\n')),
  ];
  return (await Promise.all(sections)).filter((text) => text !== '').join('\n\n');
}

const section = async (ask: Ask, title: string, args: readonly string[]): Promise<string> =>
  `--- ${title}\n${await ask(args)}`;

async function warnings(ask: Ask, namespace: string): Promise<string> {
  const inOrder = ['--field-selector', 'type!=Normal', '--sort-by', '.lastTimestamp', '--no-headers'];
  const answer = await ask(['--namespace', namespace, 'get', 'events', ...inOrder]);
  return answer.split('\n').slice(-events).join('\n');
}

async function logs(ask: Ask, namespace: string): Promise<Promise<string>[]> {
  const answer = await ask(['--namespace', namespace, 'get', 'pods', '--output', 'json']);
  const pods = answer.startsWith('{') ? (JSON.parse(answer) as { items: Pod[] }).items : [];
  return pods.flatMap(({ metadata, status }) =>
    containerStatusesOf(status)
      .filter(({ ready, restartCount }) => !ready || restartCount > 0)
      .flatMap(({ name, restartCount }) => {
        const args = [
          '--namespace',
          namespace,
          'logs',
          metadata.name,
          '--container',
          name,
          `--tail=${lines}`,
        ];
        const title = `log of ${namespace}/${metadata.name}, ${name}`;
        const now = section(ask, title, args);
        return restartCount > 0
          ? [section(ask, `${title}, before its restart`, [...args, '--previous']), now]
          : [now];
      }),
  );
}
