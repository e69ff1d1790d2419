import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { failureOf, resultOf, suiteOf } from '../one-run.ts';

const report = {
  testResults: [
    { name: 'apps/user/test/a.test.ts', status: 'passed', message: '' },
    { name: 'apps/user/test/b.test.ts', status: 'failed', message: 'expected 1, received 2' },
  ],
};

describe('a task of unit tests is the suite that its command names', () => {
  test('with all of its projects, in the folder of that name', () => {
    const command = 'node -r ./scripts/node-version.cjs scripts/ci/unit.ts lessons lessons challenges';
    expect(suiteOf({ folder: '', command })).toEqual({
      name: 'lessons',
      projects: ['lessons', 'challenges'],
      folder: 'lessons',
    });
  });
  test('in the folder of its workspace', () => {
    const command = 'node -r ../../scripts/node-version.cjs ../../scripts/ci/unit.ts user user';
    expect(suiteOf({ folder: 'apps/user', command })).toMatchObject({
      projects: ['user'],
      folder: 'apps/user',
    });
  });
  test('and of none where it names none', () => {
    expect(() => suiteOf({ folder: '', command: 'node scripts/ci/unit.ts' })).toThrow('names none');
  });
});

describe('a task takes the result of the one run of jest', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'shop-one-run-'));
    writeFileSync(join(folder, 'user.json'), JSON.stringify({ hash: 'abc', report }));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('that had the same inputs', () => {
    expect(resultOf('user', { SHOP_UNIT_RUN: folder, TURBO_HASH: 'abc' })).toEqual(report);
  });

  test('and not one of other inputs: a file was edited meanwhile', () => {
    expect(resultOf('user', { SHOP_UNIT_RUN: folder, TURBO_HASH: 'abd' })).toBeUndefined();
  });

  test('and none where it was not in the run, or there was no run', () => {
    expect(resultOf('product', { SHOP_UNIT_RUN: folder, TURBO_HASH: 'abc' })).toBeUndefined();
    expect(resultOf('user', { TURBO_HASH: 'abc' })).toBeUndefined();
  });
});

test('a failure is what jest said of the files that failed', () => {
  expect(failureOf(report)).toBe('apps/user/test/b.test.ts\nexpected 1, received 2');
  expect(failureOf({ testResults: report.testResults.slice(0, 1) })).toBe('');
});

test('a suite in which no test has run has failed', () => {
  expect(failureOf({ testResults: [] })).toBe('no test has run');
});
