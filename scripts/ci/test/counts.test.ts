import { expect, test } from '@jest/globals';
import { count, readers, type Outcome } from '../counts.ts';

const read = (file: string, report: unknown): readonly Outcome[] =>
  readers.find(({ files }) => files.test(file))?.read(report) ?? [];

test('jest: tests count, and so does a suite that did not start, or could not clean up', () => {
  const outcomes = read('jest-unit.json', {
    testResults: [
      {
        name: 'a.test.ts',
        status: 'failed',
        assertionResults: [
          { status: 'passed', fullName: 'a works' },
          { status: 'failed', fullName: 'a breaks' },
          { status: 'pending', fullName: 'a is skipped' },
        ],
      },
      { name: 'b.test.ts', status: 'failed', assertionResults: [] },
      {
        name: 'c.test.ts',
        status: 'failed',
        assertionResults: [{ status: 'passed', fullName: 'c works' }],
      },
    ],
  });
  expect(count(outcomes)).toEqual({ passed: 2, failed: 3, 'not proven': 1 });
  expect(outcomes.filter(({ verdict }) => verdict === 'failed').map(({ name }) => name)).toEqual([
    'a breaks',
    'b.test.ts',
    'c.test.ts',
  ]);
});

test('chaos: what does not hold, or was not judged, is a failure', () => {
  const results = ['passed', 'failed', 'not judged'].map((verdict) => ({ name: verdict, verdict }));
  expect(count(read('chaos.json', { results }))).toEqual({ passed: 1, failed: 2, 'not proven': 0 });
});

test('contract: every operation counts in every phase, and so does the whole run', () => {
  const results = ['passed', 'failed', 'unknown'].map((verdict) => ({ name: verdict, verdict }));
  expect(count(read('contract-laptop.json', { results }))).toEqual({ passed: 1, failed: 2, 'not proven': 0 });
});

test('lessons: what cannot be proven here counts neither way', () => {
  const lessons = ['passed', 'failed', 'not proven'].map((verdict) => ({ id: verdict, verdict }));
  expect(count(read('lessons.json', { lessons }))).toEqual({ passed: 1, failed: 1, 'not proven': 1 });
});

test.each<[string, unknown, string]>([
  [
    'jest-unit-a.json',
    {
      testResults: [
        {
          name: 'a.test.ts',
          status: 'failed',
          assertionResults: [
            {
              status: 'failed',
              fullName: 'a breaks',
              failureMessages: [
                'Error: \u001B[2mexpect(\u001B[22mreceived).toBe(expected)\n\nExpected: 502\nReceived: 504\n    at Object.<anonymous> (a.test.ts:1:2)',
              ],
            },
          ],
        },
      ],
    },
    'Error: expect(received).toBe(expected) Expected: 502 Received: 504',
  ],
  [
    'jest-unit-b.json',
    {
      testResults: [
        {
          name: 'b.test.ts',
          status: 'failed',
          message: '  ● Test suite failed to run\n\n    Cannot find module\n\n      1 | import\n',
          assertionResults: [],
        },
      ],
    },
    '● Test suite failed to run Cannot find module',
  ],
  [
    'chaos.json',
    {
      results: [
        {
          name: 'pod-kill',
          verdict: 'failed',
          findings: [
            { text: 'no requests fail', holds: false, found: '3 of 400: 3 × TIMEOUT' },
            { text: 'no container restarts', holds: true, found: 'none' },
          ],
        },
      ],
    },
    'no requests fail (found: 3 of 400: 3 × TIMEOUT)',
  ],
  [
    'contract-kind.json',
    { results: [{ name: 'GET /user', verdict: 'failed', reason: 'skipped' }] },
    'skipped',
  ],
  [
    'lessons.json',
    { lessons: [{ id: 'pod', verdict: 'failed', problems: ['step 2: no output', 'left behind: a'] }] },
    'step 2: no output; left behind: a',
  ],
])('%s: what failed says why, in a line', (file, report, why) =>
  expect(read(file, report)).toEqual([expect.objectContaining({ verdict: 'failed', why })]),
);

test('other files are not reports', () => {
  expect(read('bench-ambassador.json', {})).toEqual([]);
});
