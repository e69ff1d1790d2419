/** Steps of the Dockerfile that can be tried without an engine. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { paths } from '../../kind/names.ts';
import { reduceManifest } from '../../manifest.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shop-image-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(file: string, text = ''): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}

test('what Node cannot run is left out of the image, and texts of licences are not', () => {
  const kept = [
    'index.js',
    'LICENSE',
    'LICENSE.md',
    'License.md',
    'license.md',
    'LICENCE.md',
    'licence.mit.md',
    'NOTICE.md',
    'COPYING.md',
    'package.json',
  ].map((name) => `node_modules/a/${name}`);
  const gone = ['README.md', 'index.d.ts', 'index.d.mts', 'a.cts', 'index.js.map', 'CHANGELOG.md'].map(
    (name) => `node_modules/@b/a/${name}`,
  );
  for (const file of [...kept, ...gone, 'README.md']) write(file);
  const [, command = ''] =
    /^RUN (find \. -path [^]*?-delete)$/m.exec(readFileSync(join(paths.root, 'Dockerfile'), 'utf8')) ?? [];
  expect(spawnSync('sh', ['-c', command], { cwd: folder, encoding: 'utf8' })).toMatchObject({
    status: 0,
    stderr: '',
  });
  const left = globSync('**/*.*', { cwd: folder }).concat(globSync('**/LICENSE', { cwd: folder }));
  expect(new Set(left)).toEqual(new Set([...kept, 'README.md']));
});

test('the bill of materials names Node and the distribution so that scanners can match them', () => {
  write(
    'node_modules/.package-lock.json',
    '{"packages": {"node_modules/a": {"version": "1.2.3", "license": "MIT"}}}',
  );
  write('node_modules/a/package.json', '{"name": "a", "version": "1.2.3"}');
  write('apps/user/package.json', '{"version": "0.1.0"}');
  write('bin/dpkg-query', `#!/bin/sh\nprintf 'libc6:amd64\\t2.41-12\\tamd64\\n'\n`);
  chmodSync(join(folder, 'bin/dpkg-query'), 0o755);
  const env = { ...process.env, PATH: `${folder}/bin:${process.env['PATH']}` };
  const { stdout, stderr } = spawnSync(process.execPath, [join(paths.root, 'scripts/sbom.ts'), 'user'], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  const { components } = JSON.parse(stdout) as { components: { name: string; type: string }[] };
  const version = process.versions.node;
  expect(components.find(({ name }) => name === 'node')).toEqual({
    type: 'application',
    name: 'node',
    version,
    purl: `pkg:generic/node@${version}`,
    cpe: `cpe:2.3:a:nodejs:node.js:${version}:*:*:*:*:*:*:*`,
  });
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  const [, id] = /^ID="?([^"\n]*)/m.exec(release) ?? [];
  const [, versionOfIt] = /^VERSION_ID="?([^"\n]*)/m.exec(release) ?? [];
  expect(components.filter(({ type }) => type === 'operating-system')).toEqual(
    id === undefined ? [] : [{ type: 'operating-system', name: id, version: versionOfIt ?? '' }],
  );
  expect(components.filter(({ type }) => type !== 'operating-system').map(({ name }) => name)).toEqual([
    'a',
    'node',
    'libc6',
  ]);
});

const read = (file: string): string => readFileSync(join(paths.root, file), 'utf8');

const edited = (file: string, change: object) =>
  JSON.stringify({ ...(JSON.parse(read(file)) as object), ...change });

describe('an edit of a manifest that npm does not read installs nothing again', () => {
  const files = globSync(['package.json', '{apps,packages}/*/package.json'], { cwd: paths.root });
  test.each(files)('%s', (file) => {
    const reduced = reduceManifest(read(file));
    expect(reduceManifest(edited(file, { scripts: { new: 'true' }, description: 'Another', knip: {} }))).toBe(
      reduced,
    );
    for (const field of ['dependencies', 'devDependencies', 'optionalDependencies', 'overrides'])
      expect(reduceManifest(edited(file, { [field]: { a: '1.0.0' } }))).not.toBe(reduced);
    for (const field of ['version', 'license', 'exports'])
      expect(reduceManifest(edited(file, { [field]: 'another' }))).not.toBe(reduced);
  });

  test('no stage that installs copies a manifest from the repository, nor does one that it begins with', () => {
    const stages = read('Dockerfile')
      .split(/^(?=FROM )/m)
      .slice(1)
      .map((text) => {
        const [, from = '', name = ''] = /^FROM (\S+)(?: AS (\S+))?/.exec(text) ?? [];
        return { from, name, text };
      });
    const withThoseBefore = (name: string): typeof stages => {
      const stage = stages.find((one) => one.name === name);
      return stage === undefined ? [] : [...withThoseBefore(stage.from), stage];
    };
    const installing = stages.filter(({ text }) => text.includes('npm ci'));
    expect(installing.map(({ name }) => name)).toEqual(['tools', 'dependencies']);
    const copied = installing
      .flatMap(({ name }) => withThoseBefore(name))
      .flatMap(({ text }) => text.match(/^COPY (?!--from).*/gm) ?? []);
    expect(new Set(copied)).toEqual(new Set(['COPY .npmrc package-lock.json ./']));
  });

  test('npm takes the reduced manifests as the ones of the lock file', () => {
    for (const file of ['.npmrc', 'package-lock.json']) write(file, read(file));
    for (const file of files) write(file, reduceManifest(read(file)));
    const { status, stderr } = spawnSync(
      'npm',
      [
        'ci',
        '--dry-run',
        '--offline',
        '--omit=dev',
        '--omit=optional',
        '--workspace=apps/user',
        '--no-audit',
      ],
      { cwd: folder, encoding: 'utf8', shell: process.platform === 'win32' },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});

test.each(['ambassador', 'adapter', 'log-sidecar', 'replica-set-controller'])(
  '%s does not load undici, 6 MiB that it never uses',
  (app) => {
    const url = pathToFileURL(join(paths.root, `apps/${app}/dist/app.js`)).href;
    const load = `await import(${JSON.stringify(url)});
      console.log(process.moduleLoadList.filter((name) => name.includes('undici')).length);`;
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--disable-warning=DEP0060', '--input-type=module', '--eval', load],
      { encoding: 'utf8' },
    );
    expect({ stdout, stderr }).toEqual({ stdout: '0\n', stderr: '' });
  },
);
