/** turbo uses the result of an earlier run only if nothing that the task reads has changed since: see turbo.json. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { join as joinPath } from 'node:path/posix';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { importsOf, type Workspace } from '../../imports/graph.ts';
import { paths } from '../../kind/names.ts';
import { repositoryFiles } from '../../support/repository-files.ts';
import { machine } from '../machine.ts';
import { checks, unitTests } from '../tasks.ts';

interface Task {
  readonly taskId: string;
  readonly command: string;
  readonly hash: string;
  readonly directory: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly dependencies: readonly string[];
}

const every = ['build', 'lint', 'test:unit'];
const own = [...checks.ofTheRepository, ...unitTests.ofTheRepository];

/** `globalDependencies` of turbo.json. */
const globalFiles: readonly string[] = (
  JSON.parse(readFileSync(join(paths.root, 'turbo.json'), 'utf8')) as { globalDependencies: string[] }
).globalDependencies;

const inputsOf = ({ directory, inputs }: Task): string[] =>
  Object.keys(inputs).map((path) => joinPath(directory, path));

let folder: string;
let tasks: readonly Task[];

/** A copy of the repository, as it is in the work tree. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'shop-tasks-'));
  for (const file of repositoryFiles([], paths.root))
    cpSync(join(paths.root, file), join(folder, file), { force: true });
  execFileSync('git', ['init', '-q'], { cwd: folder });
  execFileSync('git', ['add', '-A'], { cwd: folder });
  tasks = look();
});
afterAll(() => rmSync(folder, { recursive: true }));

/** @returns the tasks that turbo would run, each with the hash of its inputs. */
function look(env: Readonly<Record<string, string>> = {}): readonly Task[] {
  const turbo = join(paths.root, 'node_modules/turbo/bin/turbo');
  const output = execFileSync(process.execPath, [turbo, 'run', ...every, ...own, '--dry=json'], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    env: { PATH: process.env['PATH'], TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', ...env },
  });
  // turbo also lists tasks that a workspace does not have.
  return (JSON.parse(output) as { tasks: Task[] }).tasks.filter(({ command }) => command !== '<NONEXISTENT>');
}

/** @returns the tasks that run again after a change, without the scope of their names. */
function changedBy(now: readonly Task[]): string[] {
  const before = new Map(tasks.map(({ taskId, hash }) => [taskId, hash]));
  return now
    .filter(({ taskId, hash }) => before.get(taskId) !== hash)
    .map(({ taskId }) => taskId.replace('@shop/', '').replace('//#', ''));
}

function afterEdit(file: string, edit: (text: string) => string = (text) => `${text}\n`): string[] {
  const path = join(folder, file);
  // Not every file is UTF-8.
  const before = readFileSync(path);
  try {
    writeFileSync(path, Buffer.from(edit(before.toString('latin1')), 'latin1'));
    return changedBy(look());
  } finally {
    writeFileSync(path, before);
    // git rehashes the file: line ends may differ in the copy.
    execFileSync('git', ['add', file], { cwd: folder });
  }
}

/**
 * The same from what turbo says that each task reads: those that read the file, and those that depend on them. A test shows
 * that both are the same, so that not every file has to be edited.
 */
function readersOf(file: string): string[] {
  const isGlobal = globalFiles.includes(file);
  const affected = new Set(
    tasks.filter((task) => isGlobal || inputsOf(task).includes(file)).map(({ taskId }) => taskId),
  );
  for (let before = -1; before < affected.size;) {
    before = affected.size;
    for (const { taskId, dependencies } of tasks)
      if (dependencies.some((id) => affected.has(id))) affected.add(taskId);
  }
  return tasks
    .map(({ taskId }) => taskId)
    .filter((id) => affected.has(id))
    .map((id) => id.replace('@shop/', '').replace('//#', ''));
}

const all = (task: string): string[] =>
  tasks.map(({ taskId }) => taskId.replace('@shop/', '')).filter((id) => id.endsWith(`#${task}`));
const of = (workspace: string, ...names: readonly string[]): string[] =>
  names.map((name) => `${workspace}#${name}`);

/** Another version of a dependency in the lock file. */
const upgrade =
  (name: string) =>
  (text: string): string => {
    const lock = JSON.parse(text) as { packages: Record<string, { version: string }> };
    const found = lock.packages[`node_modules/${name}`];
    if (!found) throw new Error(`no ${name} in the lock file`);
    found.version = '99.0.0';
    return JSON.stringify(lock, undefined, 2);
  };

/** They read everything that is in the repository. */
const always = [
  'format',
  'unused',
  'imports',
  'words',
  'links',
  'course',
  'test:scripts',
  'test:lessons',
  'test:k8s',
  'test:tests',
];

describe('a change runs the tasks again that read it', () => {
  test.each([
    'apps/user/src/app.ts',
    'packages/store/src/index.ts',
    'packages/testing/src/eventually.ts',
    'scripts/lint/plugin.ts',
    'tsconfig.base.json',
    'docs/words.md',
    '.oxfmtrc.json',
  ])('of %s: those that read it by what turbo lists, and no others', (file) => {
    const expected = readersOf(file);
    expect(expected.length).toBeGreaterThan(2);
    expect(afterEdit(file).toSorted()).toEqual(expected.toSorted());
  });

  test('of nothing: none', () => {
    expect(changedBy(look())).toEqual([]);
  });

  test('of an app: its own, those of the tests that start it, and not those of other workspaces', () => {
    const changed = readersOf('apps/user/src/app.ts');
    expect(changed.toSorted()).toEqual(
      [
        ...of('user', ...every),
        // The import is tested against the services themselves.
        ...of('adapter', 'lint', 'test:unit'),
        'types',
        ...always,
      ].toSorted(),
    );
  });

  test('of a test: those of its workspace, but not the build', () => {
    const changed = readersOf('apps/product/test/product.test.ts');
    expect(changed).toEqual(expect.arrayContaining(of('product', 'lint', 'test:unit')));
    expect(changed).toContain('types');
    expect(changed).not.toContain('product#build');
    expect(changed).not.toContain('lint:root');
  });

  test('of a package: those of all workspaces that depend on it, and of the scripts', () => {
    const changed = readersOf('packages/store/src/index.ts');
    for (const dependent of ['store', 'service', 'user', 'product'])
      expect(changed).toEqual(expect.arrayContaining(of(dependent, ...every)));
    expect(changed).toEqual(expect.arrayContaining(['lint:root', 'types', 'test:scripts']));
    expect(changed).not.toContain('logging#build');
    expect(changed).not.toContain('log-sidecar#test:unit');
  });

  test('of a script: those of the scripts, and not those of apps', () => {
    const changed = readersOf('scripts/seed/seed.ts');
    expect(changed.toSorted()).toEqual(['lint:root', 'types', ...always].toSorted());
  });

  test.each([
    ['package.json', ['test:unit']],
    ['tsconfig.base.json', [...every]],
    ['tsconfig.json', ['lint']],
    ['.oxlintrc.json', ['lint']],
    ['scripts/lint/linear-time.ts', ['lint']],
    ['scripts/lint/allowed.ts', ['lint']],
    ['scripts/ci/lint.ts', ['lint']],
    ['scripts/ci/lint-together.ts', ['lint']],
    ['.swcrc', ['test:unit']],
    ['jest.config.js', ['test:unit']],
    ['scripts/ci/unit.ts', ['test:unit']],
    ['scripts/ci/run-jest.ts', ['test:unit']],
    ['scripts/ci/one-run.ts', ['test:unit']],
    ['scripts/ci/slow.ts', ['test:unit']],
  ])('of %s: %j of every workspace', (file, names) => {
    const changed = readersOf(file);
    expect(changed).toEqual(expect.arrayContaining(names.flatMap((name) => all(name))));
    for (const name of every.filter((other) => !names.includes(other)))
      expect(changed.filter((id) => id.endsWith(`#${name}`))).toEqual([]);
  });

  test.each([
    ['README.md', ['format', 'words', 'test:scripts']],
    ['apps/user/README.md', ['format', 'words', 'test:scripts']],
    ['docs/words.md', ['words', 'test:scripts']],
    ['docs/failure-modes.md', ['test:tests']],
    ['docs/monitoring.md', ['test:k8s']],
    ['docs/board/stop-user.ndjson', ['board#test:unit']],
    ['k8s/platform/board/rbac.yaml', ['board#test:unit', 'test:k8s']],
    ['k8s/base/legacy-supplier/feeds/hanbit.xml', ['adapter#test:unit']],
    ['k8s/overlays/prod/kustomization.yaml', ['test:k8s', 'test:scripts']],
    ['.github/workflows/ci.yml', ['test:scripts', 'format']],
    ['.oxlintrc.json', ['lint:root', 'lint:fuzz']],
    ['scripts/lint/plugin.ts', ['lint:root', 'lint:fuzz']],
    ['tsconfig.json', ['lint:root', 'lint:fuzz', 'types']],
    ['tests/chaos/run/main.ts', ['lint:root', 'types', 'format', 'test:tests']],
    ['packages/testing/src/eventually.ts', ['lint:root', 'types', 'user#test:unit', 'store#lint']],
    ['apps/adapter/test/support/encode.ts', ['lint:fuzz', 'types']],
    ['apps/ambassador/src/app.ts', ['lint:fuzz', 'types']],
    ['tests/fuzz/engine/run.ts', ['lint:fuzz', 'types', 'format', 'test:tests']],
    ['.oxfmtrc.json', ['format']],
    ['.editorconfig', ['format']],
    ['lessons/README.md', ['format']],
    ['Dockerfile', ['test:scripts', 'words']],
    ['versions.json', ['test:scripts']],
    ['knip.json', ['unused']],
    ['.node-version', ['test:scripts']],
  ])('of %s: %j', (file, names) => {
    expect(readersOf(file)).toEqual(expect.arrayContaining(names));
  });

  test('of a dependency: those that have it, or all where the repository has it', () => {
    const ofOpossum = afterEdit('package-lock.json', upgrade('opossum'));
    expect(ofOpossum).toEqual(expect.arrayContaining(of('ambassador', ...every)));
    expect(ofOpossum).not.toContain('store#build');
    for (const tool of ['oxlint', 'typescript', 'jest'])
      expect(afterEdit('package-lock.json', upgrade(tool))).toEqual(
        expect.arrayContaining([
          ...every.flatMap((name) => all(name)),
          'lint:root',
          'types',
          'format',
          'unused',
        ]),
      );
  });

  test('of the machine, or of what may not be left out: all unit tests, and nothing else', () => {
    const tests = [...all('test:unit'), 'test:scripts', 'test:lessons', 'test:k8s', 'test:tests'].toSorted();
    expect(changedBy(look({ SHOP_MACHINE: 'another' })).toSorted()).toEqual(tests);
    expect(changedBy(look({ SHOP_REQUIRE: 'zsh' })).toSorted()).toEqual(tests);
    expect(changedBy(look({ HOME: folder }))).toEqual([]);
  });

  test('a new file is one too', () => {
    const file = join(folder, 'apps/user/test/new.test.ts');
    appendFileSync(file, '');
    const changed = changedBy(look());
    rmSync(file);
    expect(changed).toContain('user#test:unit');
  });
});

/** @param patterns with a space between them. */
const tracked = (patterns: string): string[] =>
  execFileSync('git', ['ls-files', '-z', '--', ...patterns.split(' ')], { cwd: folder, encoding: 'utf8' })
    .split('\0')
    .filter((path) => path !== '');

test('what a task’s files import is among its inputs, or is built before it', () => {
  const found = workspaceFolders().map((directory): Workspace => ({
    ...(manifestOf(directory) as unknown as Workspace),
    folder: directory,
  }));
  const imports = new Map(
    tracked('*.ts *.tsx').map((path) => [
      path,
      importsOf(path, readFileSync(join(folder, path), 'utf8'), found).map(({ to }) => to),
    ]),
  );
  const byId = new Map(tasks.map((task) => [task.taskId, task]));

  /** The files of the task, and of all tasks that turbo runs before it. */
  function coveredBy(task: Task): Set<string> {
    return new Set([
      ...inputsOf(task),
      ...task.dependencies.flatMap((id) => {
        const before = byId.get(id);
        return before ? [...coveredBy(before)] : [];
      }),
    ]);
  }
  // The formatter reads each file separately.
  const missing = tasks
    .filter(({ taskId }) => taskId !== '//#format')
    .flatMap((task) => {
      const covered = coveredBy(task);
      const its = inputsOf(task).filter((path) => path.startsWith(task.directory));
      const reached = new Set(its.filter((path) => imports.has(path)));
      for (const path of reached) for (const next of imports.get(path) ?? []) reached.add(next);
      return [...reached].filter((path) => !covered.has(path)).map((path) => `${task.taskId}: ${path}`);
    });
  expect(missing).toEqual([]);
});

interface Manifest {
  readonly scripts: Readonly<Record<string, string>>;
}
const manifestOf = (directory: string): Manifest =>
  JSON.parse(readFileSync(join(folder, directory, 'package.json'), 'utf8')) as Manifest;
const workspaceFolders = (): string[] =>
  tracked('apps/*/package.json packages/*/package.json').map((path) => dirname(path));

test('every workspace has the same tasks', () => {
  for (const directory of workspaceFolders()) {
    const name = basename(directory);
    expect({ name, scripts: manifestOf(directory).scripts }).toEqual({
      name,
      scripts: expect.objectContaining({
        lint: 'node -r ../../scripts/node-version.cjs ../../scripts/ci/lint.ts',
        'test:unit': `node -r ../../scripts/node-version.cjs ../../scripts/ci/unit.ts ${name} ${name}`,
      }) as unknown,
    });
  }
});

test('every jest project is in one task of unit tests, or has another runner', async () => {
  const { default: config } = (await import(join(paths.root, 'jest.config.js'))) as {
    default: { projects: { displayName: string }[] };
  };
  const scripts = ['.', ...workspaceFolders()].flatMap((directory) =>
    Object.values(manifestOf(directory).scripts),
  );
  const tested = scripts.flatMap(
    (script) => /scripts\/ci\/unit\.ts \S+ (.*)/.exec(script)?.[1]?.split(' ') ?? [],
  );
  const projects = config.projects.map(({ displayName }) => displayName);
  expect([...tested, 'e2e', 'cluster', 'deploy', 'site'].toSorted()).toEqual(projects.toSorted());
});

test('the machine is what tests depend on and no file says', () => {
  const bin = mkdtempSync(join(tmpdir(), 'shop-bin-'));
  try {
    const before = machine({ PATH: bin });
    writeFileSync(join(bin, 'mongod'), 'x');
    const after = machine({ PATH: bin });
    writeFileSync(join(bin, 'mongod'), 'xy');
    expect(new Set([before, after, machine({ PATH: bin })]).size).toBe(3);
    expect(before).toBe(`${process.version}, ${process.platform}, ${process.arch}`);
  } finally {
    rmSync(bin, { recursive: true });
  }
});
