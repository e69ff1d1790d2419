/** The cluster around a lesson: its state, and what a user would look at after a failure. */
import { CommandError } from '../../scripts/support/run.ts';
import { kubectl } from '../../scripts/kind/kubectl.ts';
import { kinds, lessonPrefix, stateOf, type ClusterObject, type ClusterState } from './cluster-state.ts';

/** What a lesson's run needs of the cluster. */
export interface ClusterView {
  state(): Promise<ClusterState>;
  /** Namespaces of lessons, also those that are just being deleted. */
  lessonNamespaces(): Promise<readonly string[]>;
  /** What is to be seen in these namespaces, for the report of a failure. Never fails. */
  surroundings(namespaces: readonly string[]): Promise<string>;
}

const events = 12;

/** @param watched the kinds of which the state is made. */
export const clusterView = (watched: readonly string[]): ClusterView => ({
  async state() {
    const answer = await kubectl(['get', watched.join(','), '--all-namespaces', '--output', 'json']);
    const { items } = JSON.parse(answer) as { items: readonly ClusterObject[] };
    return stateOf(items);
  },

  async lessonNamespaces() {
    const answer = await kubectl(['get', 'namespaces', '--output', 'jsonpath={.items[*].metadata.name}']);
    return answer.split(' ').filter((name) => name.startsWith(lessonPrefix));
  },

  async surroundings(namespaces) {
    const sections = await Promise.all([
      section('nodes', ['get', 'nodes', '--output', 'wide']),
      ...namespaces.flatMap((name) => [
        section(`what is in ${name}`, ['--namespace', name, 'get', kindsIn(name), '--output', 'wide']),
        lastEvents(name),
      ]),
    ]);
    return sections.join('\n\n');
  },
});

export const liveCluster = clusterView(kinds);

/** Of the shop the pods say enough. */
const kindsIn = (namespace: string): string => (namespace.startsWith(lessonPrefix) ? 'all,pvc' : 'pods');

async function section(title: string, args: readonly string[]): Promise<string> {
  return `--- ${title}\n${await ask(args)}`;
}

async function lastEvents(namespace: string): Promise<string> {
  const answer = await ask([
    '--namespace',
    namespace,
    'get',
    'events',
    '--sort-by',
    '.lastTimestamp',
    '--no-headers',
  ]);
  return `--- last events in ${namespace}\n${answer.split('\n').slice(-events).join('\n')}`;
}

const ask = (args: readonly string[]): Promise<string> =>
  kubectl(['--request-timeout=10s', ...args]).catch((error: unknown) => {
    if (error instanceof CommandError) return error.output || error.message;
    throw error;
  });
