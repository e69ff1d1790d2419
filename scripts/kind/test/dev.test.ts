import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { eventually } from '@shop/testing/eventually';
import { freePort } from '@shop/testing/free-port';
import { parse } from 'yaml';
import { Compiler } from '../../dev/compiler.ts';
import { FixtureRepository } from '../../dev/test/fixture-repository.ts';
import { isLive, isNotLive, readReport } from '../dev/reports.ts';
import { readLine, readLog } from '../dev/skaffold-output.ts';
import { editedApps, rebuiltApps, Staging } from '../dev/staging.ts';
import { paths } from '../names.ts';

// A compiler and programs are started, and a machine may be busy.
jest.setTimeout(60_000);

describe('npm run dev:kind', () => {
  const repository = new FixtureRepository();
  const folder = mkdtempSync(join(tmpdir(), 'shop-staging-'));
  const staged = (file: string): string => join(folder, 'a', file);
  let compiler: Compiler;
  let staging: Staging;

  beforeAll(async () => {
    symlinkSync(join(paths.root, 'scripts'), join(repository.root, 'scripts'));
    compiler = new Compiler(repository.root, ['apps/a'], ['apps/a', 'packages/words']);
    const { errors } = await compiler.compile();
    if (errors !== '') throw new Error(errors);
    staging = new Staging(repository.root, folder, ['a', 'b']);
    staging.writeAll();
  });
  afterAll(() => {
    repository[Symbol.dispose]();
    rmSync(folder, { recursive: true });
  });

  test('stages what an image is made of, and leaves files that are the same untouched', () => {
    for (const file of [
      'Dockerfile',
      'manifests/package-lock.json',
      'manifests/apps/a/package.json',
      'manifests/packages/words/package.json',
      'shop/apps/a/dist/main.js',
      'shop/packages/words/dist/index.js.map',
      'supervisor/scripts/kind/dev/container.ts',
      'supervisor/scripts/laptop/held.ts',
      'supervisor/scripts/support/run.ts',
      'generation',
    ])
      expect({ file, isThere: existsSync(staged(file)) }).toEqual({ file, isThere: true });
    expect(existsSync(staged('shop/apps/a/dist/main.d.ts'))).toBe(false);
    expect(existsSync(join(folder, 'b/shop/packages/words'))).toBe(false);
    const before = statSync(staged('shop/apps/a/dist/main.js')).mtimeMs;
    staging.writeAll();
    expect(statSync(staged('shop/apps/a/dist/main.js')).mtimeMs).toBe(before);
  });

  test('another script of a workspace leaves what npm installs by untouched', () => {
    const file = 'apps/a/package.json';
    const text = readFileSync(join(repository.root, file), 'utf8');
    const before = readFileSync(staged(`manifests/${file}`), 'utf8');
    repository.write(file, JSON.stringify({ ...(JSON.parse(text) as object), scripts: { new: 'true' } }));
    staging.writeAll();
    repository.write(file, text);
    expect(readFileSync(staged(`manifests/${file}`), 'utf8')).toBe(before);
  });

  test('a new dependency changes what npm installs by in the image of each app, so that skaffold builds them again', () => {
    const [file, lock] = ['apps/a/package.json', 'package-lock.json'];
    const text = readFileSync(join(repository.root, file), 'utf8');
    const manifest = JSON.parse(text) as { readonly dependencies: object };
    const dependencies = { ...manifest.dependencies, yaml: '2.9.1' };
    repository.write(file, JSON.stringify({ ...manifest, dependencies }));
    repository.write(lock, '{ "packages": {} }');
    staging.writeAll();
    expect(JSON.parse(readFileSync(staged(`manifests/${file}`), 'utf8'))).toMatchObject({ dependencies });
    for (const app of ['a', 'b'])
      expect(readFileSync(join(folder, app, 'manifests', lock), 'utf8')).toBe('{ "packages": {} }');
    repository.write(file, text);
    repository.write(lock, '{}');
    staging.writeAll();
  });

  test('the supervisor in the container runs what is copied, says what does not run, and recovers', async () => {
    const image = mkdtempSync(join(tmpdir(), 'shop-image-'));
    for (const part of ['manifests', 'shop', 'supervisor']) cpSync(staged(part), image, { recursive: true });
    mkdirSync(join(image, 'node_modules/@shop'), { recursive: true });
    symlinkSync(join(image, 'packages/words'), join(image, 'node_modules/@shop/words'));
    const port = await freePort();
    const child = spawn(process.execPath, [join(image, 'scripts/kind/dev/container.ts')], {
      env: { ...process.env, SHOP_APP: 'a', PORT: String(port), ADMIN_PORT: String(port) },
      stdio: ['ignore', 'inherit', 'pipe'],
    });
    const exit = once(child, 'exit');
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    const shown = async () => {
      const response = await fetch(`http://127.0.0.1:${port}/`);
      return response.text();
    };
    /** As skaffold copies it: what compiled goes to the staging, and from there to the container. */
    const edit = async (file: string, text: string) => {
      said = '';
      repository.write(file, text);
      const { changed } = await compiler.compile();
      staging.update(changed);
      for (const each of changed) copyFileSync(staged(`shop/${each}`), join(image, each));
    };
    try {
      await eventually('it is live', () => said.includes(isLive('a')));
      expect(await shown()).toBe('first of a');

      await edit('packages/words/src/index.ts', `export const word = 'second';\n`);
      await eventually('the edit is live', () => said.includes(isLive('a')));
      expect(await shown()).toBe('second of a');

      await edit('apps/a/src/name.ts', `export const name = 'b';\nthrow new Error('at the start');\n`);
      await eventually('the crash is said', () =>
        said.includes(isNotLive('a', 'a ended before it was ready')),
      );
      expect(said).toContain('Error: at the start');
      expect(child.exitCode).toBeNull();

      await edit('apps/a/src/name.ts', `export const name = 'c';\n`);
      await eventually('the correction is live', () => said.includes(isLive('a')));
      expect(await shown()).toBe('second of c');
    } finally {
      child.kill('SIGTERM');
      expect(await exit).toEqual([0, null]);
      rmSync(image, { recursive: true });
    }
  });

  test('a compiled file that is gone goes from the staging too', async () => {
    repository.write('apps/a/src/new.ts', 'export {};\n');
    staging.update((await compiler.compile()).changed);
    expect(existsSync(staged('shop/apps/a/dist/new.js'))).toBe(true);
    repository.delete('apps/a/src/new.ts');
    const { changed } = await compiler.compile();
    expect(changed).toEqual(['apps/a/dist/new.js']);
    staging.update(changed);
    expect(existsSync(staged('shop/apps/a/dist/new.js'))).toBe(false);
    expect(existsSync(staged('shop/apps/a/dist/new.js.map'))).toBe(false);
  });

  test('knows the apps of a workspace', () => {
    expect(staging.appsOf(['packages/words'])).toEqual(['a']);
    expect(staging.appsOf(['apps/b', 'packages/words'])).toEqual(['a', 'b']);
  });
});

test('what skaffold prints is sorted: only what concerns the user is shown', () => {
  const lines = [
    'Generating tags...',
    ' - user -> localhost:5001/user:latest',
    'Checking cache...',
    'The push refers to repository [localhost:5001/user]',
    '12e13fe77170: Preparing',
    'latest: digest: sha256:fc80 size: 2827',
    ' - user: Found. Tagging',
    'Starting deploy...',
    ' - deployment.apps/product configured',
    ' - service/user unchanged',
    'Waiting for deployments to stabilize...',
    'Deployments stabilized in 3.1 seconds',
    'Syncing 2 files for localhost:5001/user:latest@sha256:0',
    'time="2026-11-28T19:00:00Z" level=warning msg="Skipping deploy due to error: no" subtask=0 task=DevLoop',
    'Watching for changes...',
  ];
  expect(lines.map(readLine).filter((event) => event !== undefined)).toEqual([
    { kind: 'busy', text: 'skaffold: Starting deploy...' },
    { kind: 'text', text: 'skaffold:  - deployment.apps/product configured' },
    { kind: 'text', text: 'skaffold: Deployments stabilized in 3.1 seconds' },
    {
      kind: 'failed',
      text: 'skaffold: time="2026-11-28T19:00:00Z" level=warning msg="Skipping deploy due to error: no" subtask=0 task=DevLoop',
    },
    { kind: 'idle' },
  ]);
  const logged = [
    '{"level":"info","msg":"request"}',
    '{"level":"fatal","msg":"uncaught error"}',
    'Error: at the start',
    isLive('user'),
    isNotLive('user', 'user ended before it was ready'),
  ];
  expect(logged.map((line) => readLog('user', line)).filter((event) => event !== undefined)).toEqual([
    { kind: 'text', text: 'user: {"level":"fatal","msg":"uncaught error"}' },
    { kind: 'text', text: 'user: Error: at the start' },
    { kind: 'report', app: 'user' },
    { kind: 'report', app: 'user', failure: 'user ended before it was ready' },
  ]);
  expect(readReport('dev: something else')).toBeUndefined();
});

interface Profile {
  readonly name: string;
  readonly build?: {
    readonly artifacts: readonly { image: string; context: string; sync?: object }[];
  };
}

test('skaffold copies into the apps that are named, and into no other', () => {
  const { profiles } = parse(readFileSync(join(paths.root, 'skaffold.yaml'), 'utf8')) as {
    readonly profiles: readonly Profile[];
  };
  const withOwnImages = profiles.filter(({ build }) => build !== undefined);
  expect(withOwnImages.map(({ name }) => name)).toEqual(['dev-sync']);
  const artifacts = withOwnImages[0]?.build?.artifacts ?? [];
  expect(artifacts.map(({ image }) => image)).toEqual([...editedApps, ...rebuiltApps]);
  expect(artifacts.filter(({ sync }) => sync !== undefined).map(({ image }) => image)).toEqual([
    ...editedApps,
  ]);
  for (const { image, context } of artifacts)
    expect(join(paths.root, context)).toBe(join(paths.staging, image));
});
