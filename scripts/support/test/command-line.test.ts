import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { readOptions, UsageError } from '../command-line.ts';

const defaults = {
  rounds: 6,
  seconds: { from: 20, to: 3600, fallback: 60 },
  file: '',
  only: { anyOf: ['nginx', 'bare NestJS'] },
  record: false,
  target: ['laptop', 'kind'],
} as const;
const read = (...args: string[]) => readOptions('npm run bench', defaults, args);

describe('options of a command with defaults', () => {
  test('are those, until others are given', () => {
    expect(read()).toEqual({
      rounds: 6,
      seconds: 60,
      file: '',
      only: [],
      record: false,
      target: 'laptop',
    });
    expect(
      read(
        '--rounds',
        '12',
        '--seconds=20',
        '--file=a',
        '--only=nginx, bare NestJS',
        '--record',
        '--target',
        'kind',
      ),
    ).toEqual({
      rounds: 12,
      seconds: 20,
      file: 'a',
      only: ['nginx', 'bare NestJS'],
      record: true,
      target: 'kind',
    });
    expect(read('--help')).toBe('help');
  });

  test.each([
    [['--round', '2'], /Unknown option '--round'/],
    [
      ['--round', '2'],
      /npm run bench -- \[--rounds 6\] \[--seconds 60\] \[--file TEXT\] \[--only nginx,'bare NestJS'\] \[--record\] \[--target laptop\|kind\]/,
    ],
    [['--rounds', '0'], /--rounds must be a whole number from 1, not "0"/],
    [['--rounds', 'many'], /not "many"/],
    [['--target', 'cloud'], /--target must be laptop or kind, not "cloud"/],
    [['--seconds', '19'], /--seconds must be a whole number from 20 to 3600, not "19"/],
    [['--seconds', '3601'], /from 20 to 3600/],
    [['--only', 'nginx,apache'], /--only must be some of nginx, bare NestJS, not "apache"/],
    [['--only', ''], /--only must be some of/],
    [['extra'], /Unexpected argument 'extra'/],
  ])('%j is refused with what is valid', (args, message) => {
    expect(() => read(...args)).toThrow(message);
    expect(() => read(...args)).toThrow(UsageError);
  });
});

describe('a command', () => {
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  const run = (script: string, ...args: string[]) =>
    spawnSync(process.execPath, [`${root}${script}`, ...args], { encoding: 'utf8', env: { PATH: '' } });

  test.each([
    'scripts/kind/up.ts',
    'scripts/kind/down.ts',
    'scripts/kind/dev.ts',
    'scripts/backup/backup.ts',
    'scripts/backup/restore.ts',
    'scripts/ci/test.ts',
  ])('prints its usage for --help, and does nothing: %s', (script) => {
    const { status, stdout, stderr } = run(script, '--help');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^Usage/);
  });

  test.each([
    ['scripts/kind/dev.ts', ['--fast'], /Unknown option '--fast'.*Usage: npm run dev:kind/s],
    ['scripts/backup/backup.ts', ['--fast'], /Unknown option '--fast'.*Usage: npm run backup/s],
    ['scripts/backup/backup.ts', ['one', 'two'], /Unexpected argument 'two'/],
    ['scripts/backup/restore.ts', [], /Usage: npm run restore -- FILE/],
    ['scripts/ci/test.ts', ['apps/user'], /Unexpected argument 'apps\/user'.*Usage: npm test/s],
  ])('does nothing where it is called wrongly: %s %j', (script, args, message) => {
    const { status, stdout, stderr } = run(script, ...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
});
