/** The content of the images, as the running containers show it. */
import { expect, test } from '@jest/globals';
import { kubectl } from '../../scripts/kind/kubectl.ts';

/** Prints name and version of the packages that are installed, and of those in the bill of materials. */
const compare = String.raw`
  const { readFileSync, readdirSync } = require('node:fs');
  const read = (file) => JSON.parse(readFileSync(file, 'utf8'));
  const { components, metadata } = read('/shop/sbom.cdx.json');
  const folder = /^(.*\/)?node_modules\/(@[^/]+\/)?[^/@]+\/package\.json$/;
  const there = ['node_modules', 'packages', 'apps'].flatMap((top) =>
    readdirSync('/shop/' + top, { recursive: true })
      .map((file) => top + '/' + file)
      .filter((file) => folder.test(file) || /^(packages|apps)\/[^/]+\/package\.json$/.test(file))
      .map((file) => read('/shop/' + file))
      .filter(({ version }) => version !== undefined)
      .map(({ name, version }) => name + '@' + version));
  const named = components.filter(({ purl }) => purl?.startsWith('pkg:npm/')).map(({ name, version }) => name + '@' + version);
  const system = components.filter(({ purl }) => purl?.startsWith('pkg:deb/')).length;
  const unique = (list) => [...new Set(list)].sort();
  console.log(JSON.stringify({ app: metadata.component.name, there: unique(there), named: unique(named), system }));
`;

test.each([
  ['user', 'deployment/user', 'app'],
  ['product', 'deployment/product', 'app'],
  ['ambassador', 'deployment/user', 'ambassador'],
  ['log-sidecar', 'deployment/user', 'log-sidecar'],
  ['adapter', 'deployment/legacy-supplier', 'adapter'],
  ['replica-set-controller', 'pod/mongo-0', 'replica-set-controller'],
])(
  'the image of %s carries a bill of materials that names exactly what is in it',
  async (app, object, container) => {
    const command = ['exec', object, '--container', container, '--', 'node', '--eval', compare];
    const { there, named, system, ...rest } = JSON.parse(
      await kubectl(['--namespace', 'shop', ...command]),
    ) as {
      app: string;
      there: string[];
      named: string[];
      system: number;
    };
    expect(rest.app).toBe(app);
    expect(named).toEqual(there);
    expect(named).toContain(`@shop/${app}@0.1.0`);
    expect(system).toBeGreaterThan(50);
  },
);
