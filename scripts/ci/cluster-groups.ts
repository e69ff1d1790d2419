/** How the files of tests/cluster share the only cluster. */

/** jest's arguments, by the name of the run. */
export type Runs = Readonly<Record<string, readonly string[]>>;

/** Each file of tests/cluster is in one of these: cluster-groups.test.ts fails for one that is in none, or in two. */
const files = {
  /** They change the database or what it holds, and bear the load of others beside them. */
  inShop: ['catalogue-import', 'mongo-kill', 'mongo-scale'],
  /** They keep to their own namespaces, or only read. */
  beside: ['admission', 'board-rights', 'undo'],
  /** These, too, and they take the longest of those that are run at the same time: they must not begin late. */
  challenges: ['challenges'],
  /** They look at all of the cluster, measure it, break the shop or take the API away: each has the cluster for itself. */
  alone: [
    'autoscaling',
    'board',
    'board-faults',
    'board-killed',
    'challenges-in-the-shop',
    'footprint',
    'images',
    'ingress',
    'monitoring',
    'monitoring-access',
    'network-policies',
  ],
};

const only = (names: readonly string[]): string[] => [
  '--selectProjects',
  'cluster',
  ...names.flatMap((name) => ['--testMatch', `**/tests/cluster/${name}.test.ts`]),
];

/** Phases follow each other; the runs of a phase are at the same time. */
export const clusterPhases: readonly Runs[] = [
  {
    'cluster-shop': [...only(files.inShop), '--runInBand'],
    'cluster-beside': [...only(files.beside), '--runInBand'],
    // The challenges have a namespace each, and mostly wait.
    'cluster-challenges': [...only(files.challenges), '--runInBand', '--maxConcurrency', '8'],
  },
  { cluster: [...only(files.alone), '--runInBand'] },
];
