import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { lint, lintTogether } from '../lint-together.ts';

const script = fileURLToPath(new URL('../lint.ts', import.meta.url));

const run = (folder: string, env: Record<string, string>) =>
  spawnSync(process.execPath, [script], { cwd: folder, env: { ...process.env, ...env }, encoding: 'utf8' });

describe('the lint task of a workspace', () => {
  let right: string;
  let wrong: string;
  beforeAll(() => {
    [right, wrong] = ['right', 'wrong'].map((name) => mkdtempSync(join(tmpdir(), `shop-lint-${name}-`))) as [
      string,
      string,
    ];
    writeFileSync(join(right, 'a.ts'), 'export const a = 1;\n');
    writeFileSync(join(wrong, 'a.ts'), 'export const a = 1;\ndebugger;\n');
  });
  afterAll(() => {
    for (const folder of [right, wrong]) rmSync(folder, { recursive: true });
  });

  test('lints its files, unless the run for all has found right what turbo has the hash of', () => {
    expect(run(right, { TURBO_HASH: 'a' }).status).toBe(0);
    const said = run(wrong, { TURBO_HASH: 'a', SHOP_LINTED: 'b,c' });
    expect(said.stdout).toContain('no-debugger');
    expect(said.status).toBe(1);
    expect(run(wrong, { TURBO_HASH: 'a', SHOP_LINTED: 'b,a' }).status).toBe(0);
  });

  test('has to lint itself where the run for all has found something', async () => {
    expect(await lint([right], 'ignore')).toBe(0);
    expect(await lintTogether([{ folder: right, hash: 'a' }])).toEqual({ SHOP_LINTED: 'a' });
    expect(
      await lintTogether([
        { folder: right, hash: 'a' },
        { folder: wrong, hash: 'b' },
      ]),
    ).toEqual({});
  });
});
