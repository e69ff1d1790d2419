import { expect, test } from '@jest/globals';
import { UsageError } from '../../../scripts/support/command-line.ts';
import { defaultSeed, readOptions } from '../options.ts';

test.each([
  [[], { target: 'laptop', seed: defaultSeed }],
  [['--target', 'kind', '--seed', '7'], { target: 'kind', seed: 7 }],
  [['--url', 'https://shop.example'], { target: 'url', url: 'https://shop.example', seed: defaultSeed }],
])('%j is understood', (args, options) => expect(readOptions(args)).toEqual(options));

test.each([
  [['--seed', '0x1']],
  [['--seed', '']],
  [['--target', 'moon']],
  [['--target', 'url']],
  [['--url', 'shop.example']],
  [['--url', 'https://shop.example', '--target', 'kind']],
  [['--what']],
  [['user']],
])('%j is refused', (args) => expect(() => readOptions(args)).toThrow(UsageError));
