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
