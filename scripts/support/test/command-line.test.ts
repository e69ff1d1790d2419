import { describe, expect, test } from '@jest/globals';
import { readOptions, UsageError } from '../command-line.ts';

const defaults = { rounds: 6, only: '', record: false, target: ['laptop', 'kind'] } as const;
const read = (...args: string[]) => readOptions('npm run bench', defaults, args);

describe('options of a command with defaults', () => {
  test('are those, until others are given', () => {
    expect(read()).toEqual({ rounds: 6, only: '', record: false, target: 'laptop' });
    expect(read('--rounds', '12', '--only=nginx', '--record', '--target', 'kind')).toEqual({
      rounds: 12,
      only: 'nginx',
      record: true,
      target: 'kind',
    });
    expect(read('--help')).toBe('help');
  });

  test.each([
    [['--round', '2'], /Unknown option '--round'/],
    [
      ['--round', '2'],
      /npm run bench -- \[--rounds 6\] \[--only TEXT\] \[--record\] \[--target laptop\|kind\]/,
    ],
    [['--rounds', '0'], /--rounds must be a whole number from 1, not "0"/],
    [['--rounds', 'many'], /not "many"/],
    [['--target', 'cloud'], /--target must be laptop or kind, not "cloud"/],
    [['extra'], /Unexpected argument 'extra'/],
  ])('%j is refused with what is valid', (args, message) => {
    expect(() => read(...args)).toThrow(message);
    expect(() => read(...args)).toThrow(UsageError);
  });
});
