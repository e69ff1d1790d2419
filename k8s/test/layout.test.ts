/** How the manifests are laid out: README.md. */
import { globSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';

interface Kustomization {
  readonly resources?: readonly string[];
  readonly patches?: readonly { readonly path?: string }[];
  readonly configMapGenerator?: readonly { readonly files?: readonly string[] }[];
}

const k8s = fileURLToPath(new URL('../', import.meta.url));
const read = (file: string): string => readFileSync(`${k8s}${file}`, 'utf8');
const files = globSync('**/*.yaml', { cwd: k8s })
  .map((file) => file.replaceAll('\\', '/'))
  .sort();

const used = files
  .filter((file) => file.endsWith('/kustomization.yaml'))
  .map((file) => {
    const { resources = [], patches = [], configMapGenerator = [] } = parse(read(file)) as Kustomization;
    const inFolder = (path: string): string => posix.join(posix.dirname(file), path);
    return {
      resources: resources.map(inFolder).filter((path) => path.endsWith('.yaml')),
      patches: patches.flatMap(({ path }) => (path === undefined ? [] : [inFolder(path)])),
      content: configMapGenerator.flatMap(({ files: names = [] }) => names.map(inFolder)),
    };
  });
const resources = used.flatMap((one) => one.resources);
const patches = used.flatMap((one) => one.patches);

/** Applied by scripts/kind, step by step. */
const appliedByScripts = [
  'platform/kind/cluster.yaml',
  'platform/dns/deployment-patch.yaml',
  'platform/dns/service-patch.yaml',
  'platform/metrics-server/api-service.yaml',
];

/** Kustomizations, and what tests read. */
const isOther = (file: string): boolean => /(^|\/)(kustomization\.yaml$|test\/)/.test(file);
const isPatch = (file: string): boolean => file.endsWith('-patch.yaml');

describe('a patch is called one', () => {
  test('every patch of a kustomization', () => {
    expect(patches.length).toBeGreaterThan(9);
    expect(patches.filter((file) => !isPatch(file))).toEqual([]);
  });

  test('and nothing else', () => {
    expect(resources.length).toBeGreaterThan(30);
    expect(resources.filter(isPatch)).toEqual([]);
  });
});

test('rbac.yaml holds accounts, roles and their bindings, and no other file does', () => {
  const mixed = files.filter((file) => {
    const kinds = parseAllDocuments(read(file)).map(
      (document) => (document.toJS() as { kind?: string })?.kind,
    );
    const ofAccess = kinds.filter((kind) =>
      /^(?:ServiceAccount|(?:Cluster)?Role(?:Binding)?)$/.test(kind ?? ''),
    );
    return posix.basename(file) === 'rbac.yaml' ? ofAccess.length < kinds.length : ofAccess.length > 0;
  });
  expect(mixed).toEqual([]);
});

/** There is no public schema for them. */
const withoutSchema = ['platform/kind/cluster.yaml', 'platform/metrics-server/api-service.yaml'];

test('every object and kustomization names its schema, for editors', () => {
  const single = files.filter((file) => read(file).match(/^kind: /gm)?.length === 1);
  expect(single.length).toBeGreaterThan(50);
  const schema = /^# yaml-language-server: \$schema=https:/m;
  expect(single.filter((file) => !schema.test(read(file)))).toEqual(withoutSchema);
});

test('only the overlay into which edits are copied gives up a read-only root file system', () => {
  const writable = files.filter((file) => /readOnlyRootFilesystem: (?!true$)/m.test(read(file)));
  expect(writable).toEqual(['overlays/dev-sync/deployment-patch.yaml']);
});

test('every file is used', () => {
  const known = new Set([
    ...resources,
    ...patches,
    ...used.flatMap(({ content }) => content),
    ...appliedByScripts,
  ]);
  expect(files.filter((file) => !known.has(file) && !isOther(file))).toEqual([]);
  expect([...known].filter((file) => file.endsWith('.yaml') && !files.includes(file))).toEqual([]);
});
