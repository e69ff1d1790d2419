import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { podOptions } from '../pod-options.ts';

const image = ['--enable-source-maps', '--disable-warning=DEP0060'];

test.each(['ambassador', 'log-sidecar'] as const)(
  '%s: the image, and its own room for young objects',
  (app) => {
    const { args, env } = podOptions(app);
    expect(args).toEqual(expect.arrayContaining([...image, '--max-old-space-size=76']));
    expect(env).toEqual({ NODE_ENV: 'production', NODE_OPTIONS: '--max-semi-space-size=1' });
  },
);

test.each(['user', 'product'] as const)('%s: the image, and the memory limit of the services', (app) => {
  const { args, env } = podOptions(app);
  expect(args).toEqual(expect.arrayContaining([...image, '--max-old-space-size=153']));
  expect(env).toEqual({ NODE_ENV: 'production' });
});

test('Node accepts them', () => {
  const { args, env } = podOptions('ambassador');
  const heap = 'console.log(v8.getHeapStatistics().heap_size_limit < 128 * 2 ** 20)';
  expect(execFileSync(process.execPath, [...args, '-e', heap], { env, encoding: 'utf8' }).trim()).toBe(
    'true',
  );
});
