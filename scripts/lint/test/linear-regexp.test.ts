import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { allowed } from '../allowed.ts';
import { whyNotLinear } from '../linear-time.ts';

const root = resolve(import.meta.dirname, '../../..');

describe('S1: which expressions take linear time', () => {
  test.each([
    ['', ''],
    [String.raw`\d+`, 'g'],
    [String.raw`"[^"]*"`, ''],
    [String.raw`foo\d+`, ''],
    ['^(?:a|b)*$', ''],
    ['(?:ab)+', ''],
    ['^[ \\t]*x', 'm'],
    ['^.*[)]', ''],
    ['a{0,100}b', ''],
    [String.raw`\bv?(\d+\.\d+)`, ''],
    [String.raw`(?:^|\.)\d+$`, ''],
    [String.raw`(?<![\w-])x\w*=`, ''],
    [String.raw`^MemAvailable:\s+(\d+) kB$`, 'm'],
    [String.raw`[^@\s]+@`, 'y'],
    ['#.*', 's'],
    ['(?:W/)?"[^"]*"', 'g'],
  ])('/%s/%s does', (source, flags) => {
    expect(whyNotLinear(source, flags)).toBeUndefined();
  });

  test.each([
    ['(a+)+b', '', 'exponential'],
    ['(a|a)*b', '', 'quadratic'],
    ['^a.*b.*c$', '', 'quadratic'],
    [String.raw`\s+$`, '', 'quadratic'],
    [String.raw`\/+$`, '', 'quadratic'],
    [String.raw`^\s*x`, 'm', 'quadratic'],
    [String.raw`"[\s\S]*" is not`, '', 'quadratic'],
    ['<!--.*-->', '', 'quadratic'],
    ['(?=.*x)y', '', 'quadratic'],
    ['x(?=.*y)', '', 'quadratic'],
    [String.raw`(?:\d+,)*`, 'g', 'quadratic'],
    [String.raw`\bx.*y`, '', 'quadratic'],
    // Earlier versions of two expressions: the scrubber's for e-mail addresses, and the log sidecar's for text.
    [String.raw`[^\s"'\\/<>:,;=(){}[\]@]+@[^\s"'\\/<>:,;=(){}[\]@]+\.[a-z]{2,}`, 'gi', 'quadratic'],
    [
      String.raw`(password\\*"?[:=])(?:"(?:[^"\\]|\\[\s\S])*(?:"|$)|\\+"(?:(?!\\+")[\s\S])*(?:\\+"|$))`,
      'gi',
      'quadratic',
    ],
  ])('/%s/%s does not', (source, flags, time) => {
    expect(whyNotLinear(source, flags)).toContain(time);
  });
});

describe('S1: the lint rule', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'lint-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  /** The files with findings, each line of source in its own file. */
  function lint(folder: string, ...sources: readonly string[]): number[] {
    const configuration = JSON.parse(readFileSync(join(root, '.oxlintrc.json'), 'utf8')) as object;
    // As it is in the repository, without what is not about expressions.
    const { overrides } = configuration as { overrides: unknown };
    const plugin = join(root, 'scripts/lint/plugin.ts');
    writeFileSync(join(directory, '.oxlintrc.json'), JSON.stringify({ jsPlugins: [plugin], overrides }));
    mkdirSync(join(directory, folder), { recursive: true });
    for (const [index, source] of sources.entries())
      writeFileSync(join(directory, folder, `${index}.ts`), `export const x = ${source};\n`);
    const oxlint = join(root, 'node_modules/oxlint/bin/oxlint');
    const { stdout, stderr, status } = spawnSync(process.execPath, [oxlint, '--format', 'unix', '.'], {
      cwd: directory,
      encoding: 'utf8',
    });
    const found = [...stdout.matchAll(/(\d+)\.ts:\d+:\d+: .*linear/g)].map((match) => Number(match[1]));
    expect({ stderr, failed: status !== 0 }).toEqual({ stderr: '', failed: found.length > 0 });
    return [...new Set(found)].sort((a, b) => a - b);
  }

  test.each(['apps/a/src', 'packages/a/src/b', 'scripts/a', 'lessons/runner'])(
    'fails for a new one in %s',
    (folder) => {
      const bad = [
        String.raw`/(\d+)+x/.test('1')`,
        String.raw`new RegExp('(\\d+)+x')`,
        'RegExp(`(a+)+x`, "u")',
        String.raw`new RegExp(String.raw${'`'}\s+$${'`'})`,
        'new RegExp(process.argv[2] ?? "")',
        "1; const digits = String.raw`\\d`; const many = `(?:${digits}+)+`; export const y = new RegExp(many + 'x')",
        '"x".match("(a+)+x")',
        '"x".replace(/ +$/, "")',
      ];
      expect(lint(folder, ...bad)).toEqual(bad.map((_, index) => index));
    },
  );

  test('says nothing of one that takes linear time, nor in tests', () => {
    const constants = "1; const digits = '[0-9]'; export const y = new RegExp(`^${digits}+$`, 'u')";
    expect(
      lint('apps/a/src', String.raw`/^(\d+),/`, "new RegExp('a+')", "'a'.match('b')", constants),
    ).toEqual([]);
    expect(lint('scripts/a/test', String.raw`/(\d+)+x/`)).toEqual([]);
  });

  test.each(allowed)('allows only what is there: $expression in $file', ({ file, expression = '', why }) => {
    expect(readFileSync(join(root, file), 'utf8')).toContain(expression);
    expect(why.length).toBeGreaterThan(20);
  });
});
