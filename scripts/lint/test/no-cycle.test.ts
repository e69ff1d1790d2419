import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

const root = resolve(import.meta.dirname, '../../..');

describe('files that import one another', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'no-cycle-'));
    const configuration = JSON.parse(readFileSync(join(root, '.oxlintrc.json'), 'utf8')) as object;
    const jsPlugins = [join(root, 'scripts/lint/plugin.ts')];
    writeFileSync(join(folder, '.oxlintrc.json'), JSON.stringify({ ...configuration, jsPlugins }));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** @returns what the repository's lint configuration says about three files: `a.ts`, `b.ts` and `c.ts`. */
  function lint(...sources: readonly string[]): string {
    for (const [index, source] of sources.entries())
      writeFileSync(join(folder, `${'abc'[index]}.ts`), `${source}\n`);
    const oxlint = join(root, 'node_modules/oxlint/bin/oxlint');
    const { stdout, stderr } = spawnSync(process.execPath, [oxlint, '--format', 'unix', '.'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    return stdout;
  }

  test.each([
    [
      'values',
      "import { b } from './b.ts';\nexport const a = () => b;",
      "import { a } from './a.ts';\nexport const b = () => a;",
    ],
    [
      'types',
      "import type { B } from './b.ts';\nexport type A = B[];",
      "import type { A } from './a.ts';\nexport type B = A[];",
    ],
    [
      'a third file',
      "export { b } from './b.ts';\nexport const a = 1;",
      "export { c as b } from './c.ts';",
      "export { a as c } from './a.ts';",
    ],
  ])('fail, by %s', (_, ...sources) => {
    const findings = lint(...sources).split('\n');
    expect(findings.filter((line) => line.includes('no-cycle'))).toHaveLength(sources.length);
  });

  test('pass when they import one way', () => {
    expect(lint("import { b } from './b.ts';\nexport const a = b;", 'export const b = 1;')).not.toContain(
      'no-cycle',
    );
  });
});
