import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { problemsOf } from '../check.ts';
import { importsOf, type Import, type Workspace } from '../graph.ts';

const main = join(import.meta.dirname, '../main.ts');
const workspaces: readonly Workspace[] = [
  { folder: 'packages/store', name: '@shop/store', exports: { '.': { default: './dist/index.js' } } },
  { folder: 'packages/store-extra', name: '@shop/store-extra' },
  {
    folder: 'apps/board',
    name: '@shop/board',
    exports: { './kubernetes': { default: './dist/kubernetes/index.js' } },
  },
  { folder: 'packages/testing', name: '@shop/testing', exports: { './*': './src/*.ts' } },
];

/** `a.ts > b.ts` as an import on line 1. */
const imports = (...arrows: readonly string[]): Import[] =>
  arrows.map((arrow) => {
    const [from = '', to = ''] = arrow.split(' > ');
    return { from, line: 1, to };
  });

describe('what a file imports', () => {
  test.each([
    ["import { a } from '../b/c.ts';", 'apps/x/b/c.ts'],
    ["import type { A } from './c.ts';", 'apps/x/src/c.ts'],
    ["import './c.ts';", 'apps/x/src/c.ts'],
    ["export { a } from './c.ts';", 'apps/x/src/c.ts'],
    ["export * from './c.ts';", 'apps/x/src/c.ts'],
    ["export const c = await import('./c.ts');", 'apps/x/src/c.ts'],
    ["import { S } from '@shop/store';", 'packages/store/src/index.ts'],
    ["import { S } from '@shop/store-extra';", 'packages/store-extra/src/index.ts'],
    ["import { k } from '@shop/board/kubernetes';", 'apps/board/src/kubernetes/index.ts'],
    ["import { e } from '@shop/testing/eventually';", 'packages/testing/src/eventually.ts'],
  ])('%s', (source, to) => {
    const from = 'apps/x/src/a.ts';
    expect(importsOf(from, `\n${source}\n`, workspaces)).toEqual([{ from, line: 2, to }]);
  });

  test.each([
    "import { readFile } from 'node:fs';",
    "import pino from 'pino';",
    "// import './c.ts'",
    'const text = "import \'./c.ts\'";',
    'await import(name);',
  ])('is nothing of the repository: %s', (source) => {
    expect(importsOf('apps/x/src/a.ts', source, workspaces)).toEqual([]);
  });

  test('an import of several names counts once, and a file that is not TypeScript fails', () => {
    expect(importsOf('a.ts', "export { a, b } from './c.ts';", [])).toHaveLength(1);
    expect(() => importsOf('a.ts', 'const = 1', [])).toThrow(/^a\.ts: /);
  });
});

describe('a wrong direction', () => {
  test.each([
    'packages/a/src/x.ts > apps/b/src/y.ts',
    'packages/a/test/x.ts > tests/y.ts',
    'apps/a/src/x.ts > apps/b/src/y.ts',
    'apps/a/test/x.ts > scripts/y.ts',
    'scripts/a/x.ts > tests/y.ts',
    'tests/x.ts > bench/y.ts',
    'packages/a/src/x.ts > packages/testing/src/index.ts',
    'apps/a/src/x.ts > packages/testing/src/index.ts',
    'apps/a/page/src/x.tsx > packages/testing/src/index.ts',
    'new-folder/x.ts > packages/a/src/y.ts',
  ])('%s', (arrow) => {
    const [from = '', to = ''] = arrow.split(' > ');
    expect(problemsOf(imports(arrow), [])).toEqual([expect.stringContaining(`${from}:1: imports ${to}: `)]);
  });

  test.each([
    'packages/a/src/x.ts > packages/b/src/y.ts',
    'packages/testing/src/x.ts > packages/testing/src/y.ts',
    'apps/a/test/x.ts > packages/testing/src/index.ts',
    'apps/a/src/x.ts > apps/a/src/b/y.ts',
    'scripts/x.ts > apps/a/src/y.ts',
    'tests/x.ts > scripts/y.ts',
    'scripts/x.ts > versions.json',
  ])('is not %s', (arrow) => {
    expect(problemsOf(imports(arrow), [])).toEqual([]);
  });

  test.each([
    ['@shop/store', [expect.stringContaining('a workspace imports itself by path')]],
    ['@shop/store-extra', []],
    ['../src/index.ts', []],
  ])('is a workspace that imports itself by its name: %s', (name, problems) => {
    const found = importsOf('packages/store/test/a.test.ts', `import '${name}';`, workspaces);
    expect(problemsOf(found, [])).toEqual(problems);
  });

  test('may be an exception, which has to go when nothing needs it', () => {
    const exceptions = [{ from: 'apps/*/test/', to: 'tests/support/', why: 'It is in the test.' }];
    const wrong = imports('apps/a/test/x.ts > tests/support/y.ts');
    expect(problemsOf(wrong, exceptions)).toEqual([]);
    expect(problemsOf([], exceptions)).toEqual([expect.stringContaining('remove the exception')]);
    for (const other of ['apps/a/src/x.ts > tests/support/y.ts', 'apps/a/test/x.ts > tests/supported/y.ts'])
      expect(problemsOf([...wrong, ...imports(other)], exceptions)).toHaveLength(1);
  });
});

describe('a cycle', () => {
  test.each([
    [['s/a.ts > s/b.ts', 's/b.ts > s/a.ts'], 's: a.ts and b.ts'],
    [['s/a/x.ts > s/b/y.ts', 's/b/z.ts > s/a/w.ts'], 's: a/ and b/'],
    [['s/a/x.ts > s/b/y.ts', 's/b/y.ts > s/c/z.ts', 's/c/w.ts > s/a/v.ts'], 's: a/ and b/ and c/'],
    [['s/config.ts > s/a/x.ts', 's/a/y.ts > s/config.ts'], 's: a/ and config.ts'],
    [['s/a/b/c/x.ts > s/a/b/d/y.ts', 's/a/b/d/y.ts > s/a/b/c/z.ts'], 's/a/b: c/ and d/'],
  ])('%j', (arrows, problem) => {
    const [found = '', ...others] = problemsOf(
      imports(...arrows.map((arrow) => arrow.replaceAll('s/', 'apps/s/'))),
      [],
    );
    expect(found).toContain(`apps/${problem} import one another`);
    expect(found.split('\n')).toHaveLength(arrows.length + 1);
    expect(others).toEqual([]);
  });

  test('is none where all imports go one way, on every level', () => {
    const arrows = [
      's/app.ts > s/a/x.ts',
      's/a/x.ts > s/b/y.ts',
      's/b/y.ts > s/config.ts',
      's/a/x.ts > s/a/z.ts',
    ];
    expect(problemsOf(imports(...arrows.map((arrow) => arrow.replaceAll('s/', 'apps/s/'))), [])).toEqual([]);
  });
});

describe('npm run imports', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'imports-'));
    execFileSync('git', ['init', '-q', folder]);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function run(files: Readonly<Record<string, string>>): { status: number | null; stderr: string } {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(join(folder, dirname(path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    const { status, stderr } = spawnSync(process.execPath, [main], { cwd: folder, encoding: 'utf8' });
    return { status, stderr };
  }

  test('fails for a package that imports an app by its name, and for folders that import one another', () => {
    const { status, stderr } = run({
      'apps/shop/package.json': '{ "name": "@shop/shop" }',
      'packages/p/package.json': '{ "name": "@shop/p" }',
      'packages/p/src/index.ts': "import '@shop/shop';\nexport {};\n",
      'apps/shop/src/a/x.ts': "import type { B } from '../b/y.ts';\nexport type A = B;\n",
      'apps/shop/src/b/y.ts': "export type { A as B } from '../a/x.ts';\n",
    });
    expect(status).toBe(1);
    expect(stderr).toContain(
      'packages/p/src/index.ts:1: imports apps/shop/src/index.ts: packages/ does not import from apps/',
    );
    expect(stderr).toContain('apps/shop/src: a/ and b/ import one another');
  });
});
