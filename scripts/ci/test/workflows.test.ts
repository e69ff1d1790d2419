/** What can be seen of the workflows without running them. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { paths } from '../../kind/names.ts';
import { versions } from '../../kind/programs.ts';

const read = (file: string): string => readFileSync(join(paths.root, file), 'utf8');
const files = globSync('.github/{workflows,actions/*}/*.yml', { cwd: paths.root });

interface Step {
  readonly uses?: string;
  readonly run?: string;
}
interface Job {
  readonly steps: readonly Step[];
  readonly 'timeout-minutes'?: number;
}
interface Workflow {
  readonly jobs?: Readonly<Record<string, Job>>;
  readonly runs?: { readonly steps: readonly Step[] };
}
const stepsOf = (file: string): readonly Step[] => {
  const { jobs = {}, runs } = parse(read(file)) as Workflow;
  return [...Object.values(jobs).flatMap(({ steps }) => steps), ...(runs?.steps ?? [])];
};

describe.each(files)('R12: %s', (file) => {
  test('names actions by commit, with their version beside it', () => {
    const lines = read(file).match(/uses: .*/g) ?? [];
    const foreign = lines.filter((line) => !line.startsWith('uses: ./'));
    expect(
      foreign.filter((line) => !/^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line)),
    ).toEqual([]);
  });

  test('uses actions that run on the Node that runners have', () => {
    // Runners have no Node 20 any more: the first major of each that runs on Node 24.
    const least: Readonly<Record<string, number>> = {
      'actions/checkout': 5,
      'actions/setup-node': 6,
      'actions/upload-artifact': 6,
      'actions/upload-pages-artifact': 5,
      'actions/deploy-pages': 5,
    };
    for (const [, action = '', major] of read(file).matchAll(/uses: ([\w-]+\/[\w-]+)@\S+ # v(\d+)/g)) {
      expect(Object.keys(least)).toContain(action);
      expect(Number(major)).toBeGreaterThanOrEqual(least[action] ?? Infinity);
    }
  });

  test('has no versions of tools and Node: versions.json and .node-version have them', () => {
    expect(read(file)).not.toMatch(
      /node-version:|kubectl_version|kind-action|skaffold\/releases\/(download\/)?v\d/,
    );
    for (const { tested } of [versions.kind, versions.kubectl, versions.skaffold])
      expect(read(file)).not.toContain(tested);
  });
});

test('R12: every job with a cluster takes its tools from one action', () => {
  for (const file of files) {
    const steps = stepsOf(file);
    const needsCluster = steps.some(({ run }) => /^npm run (up|test:deploy)$/.test(run?.trim() ?? ''));
    const hasTools = steps.some(({ uses }) => uses === './.github/actions/kind-tools');
    expect({ file, hasTools }).toEqual({ file, hasTools: needsCluster });
  }
});

test('every npm script that a workflow runs is one, and every job has a limit', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const named = files.flatMap((file) =>
    [...read(file).matchAll(/\bnpm (?:run (?:--silent )?)?([a-z][\w:-]*)/g)].map(([, name = '']) => name),
  );
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((name) => !['ci', 'test'].includes(name) && scripts[name] === undefined)).toEqual([]);
  for (const file of files)
    for (const job of Object.values((parse(read(file)) as Workflow).jobs ?? {}))
      expect(job['timeout-minutes']).toBeGreaterThan(0);
});

test('R13: tools come from the addresses that their documentation names, with a checksum', () => {
  const script = stepsOf('.github/actions/kind-tools/action.yml')
    .map(({ run }) => run ?? '')
    .join('\n');
  for (const address of [
    'https://kind.sigs.k8s.io/dl/v',
    'https://dl.k8s.io/release/v',
    'https://storage.googleapis.com/skaffold/releases/v',
  ])
    expect(script).toContain(address);
  expect(script).toContain('sha256sum --check');
});

describe('Renovate', () => {
  interface Manager {
    readonly description: string;
    readonly managerFilePatterns: readonly string[];
    readonly matchStrings: readonly string[];
  }
  const { customManagers, kubernetes } = JSON.parse(read('.github/renovate.json')) as {
    customManagers: Manager[];
    kubernetes: { managerFilePatterns: string[] };
  };
  const everything = globSync('{*,.github/**,k8s/**,lessons/**,scripts/**,tests/**}', { cwd: paths.root });
  const matching = (patterns: readonly string[]): string[] =>
    everything.filter((file) => patterns.some((pattern) => new RegExp(pattern.slice(1, -1)).test(file)));

  test.each(customManagers.map((manager) => [manager.description, manager] as const))(
    'finds something: %s',
    (_description, { managerFilePatterns, matchStrings }) => {
      const texts = matching(managerFilePatterns).map(read);
      for (const matchString of matchStrings) {
        const found = texts.flatMap((text) => [...text.matchAll(new RegExp(matchString, 'g'))]);
        expect(found.map(({ groups }) => groups?.['currentValue'])).not.toEqual([]);
      }
    },
  );

  test('reads every manifest with an image', () => {
    const manifests = everything.filter(
      (file) => /\.ya?ml$/.test(file) && /^\s*-?\s*image:/m.test(read(file)),
    );
    expect(manifests.length).toBeGreaterThan(20);
    const readable = new Set(matching(kubernetes.managerFilePatterns));
    expect(
      manifests.filter((file) => !readable.has(file) && !/^(skaffold\.yaml|\.github)/.test(file)),
    ).toEqual([]);
  });
});

test('Node has one version: .node-version, the images, the optional packages', () => {
  const node = read('.node-version').trim();
  const manifest = JSON.parse(read('package.json')) as {
    engines: { node: string };
    optionalDependencies: Record<string, string>;
  };
  expect(new Set(Object.values(manifest.optionalDependencies))).toEqual(new Set([node]));
  expect(manifest.engines.node).toBe(`>=${node}`);
  const naming = globSync('{Dockerfile,{k8s,lessons,scripts,tests}/**/{Dockerfile,*.{yaml,ts}}}', {
    cwd: paths.root,
  });
  const images = naming.flatMap((file) =>
    [...read(file).matchAll(/^(?:FROM| *-? *image:) '?(node:[^\s',]+)/gm)].map(([, image]) => ({
      file,
      image,
    })),
  );
  expect(images.length).toBeGreaterThan(20);
  expect(images.filter(({ image }) => image !== `node:${node}-trixie-slim`)).toEqual([]);
});
