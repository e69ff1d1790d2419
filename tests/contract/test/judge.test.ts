import { describe, expect, test } from '@jest/globals';
import type { OpenApi } from '@shop/testing/openapi';
import { judge, type RunReport } from '../judge.ts';

const document = {
  openapi: '3.1.0',
  paths: { '/user': { get: { responses: {} } } },
  components: { schemas: {} },
} as OpenApi;
const sound: RunReport = {
  complete: true,
  exit_code: 0,
  errors: [],
  operations: { total: 1, tested: 1 },
  warnings: { unsupported_regex: [], low_valid_rate: ['GET /user'] },
};
const scenario = (phase: string, status: string, label = 'GET /user', modes: readonly string[] = []) => ({
  ScenarioFinished: {
    phase,
    status,
    recorder: {
      label,
      cases: Object.fromEntries(
        modes.map((mode, index) => [String(index), { value: { meta: { generation: { mode } } } }]),
      ),
    },
  },
});
const good = [
  { Initialize: {} },
  scenario('examples', 'success', 'GET /user', ['positive']),
  scenario('coverage', 'success', 'GET /user', ['negative', 'positive']),
  scenario('fuzzing', 'success'),
  scenario('stateful', 'skip', 'Stateful tests'),
  scenario('stateful', 'success', 'Stateful tests'),
];
const failed = (events: readonly unknown[], report: RunReport | undefined = sound, of = document) =>
  judge('user', of, events, report)
    .results.filter(({ verdict }) => verdict === 'failed')
    .map(({ name, reason }) => `${name}: ${reason}`);

describe('a run of schemathesis', () => {
  test('passes with each operation in each phase, the sequences and the whole', () => {
    const { results, cases } = judge('user', document, good, sound);
    expect(results).toEqual([
      { name: 'user: GET /user, examples', verdict: 'passed' },
      { name: 'user: GET /user, coverage', verdict: 'passed' },
      { name: 'user: GET /user, fuzzing', verdict: 'passed' },
      { name: 'user: stateful', verdict: 'passed' },
      { name: 'user: the whole run', verdict: 'passed' },
    ]);
    expect(cases).toEqual({ positive: 2, negative: 1 });
  });

  test.each([
    ['failure', 'GET /user', 'fuzzing'],
    ['error', 'GET /user', 'coverage'],
    ['interrupted', 'GET /user', 'examples'],
  ])('fails with one %s', (status, label, phase) => {
    expect(failed([...good, scenario(phase, status, label)])).toEqual([
      `user: ${label}, ${phase}: ${status}`,
    ]);
  });

  test('fails where an operation or the sequences were skipped, or are not there at all', () => {
    const skipped = good.map((event) =>
      'ScenarioFinished' in event && event.ScenarioFinished.phase === 'fuzzing'
        ? scenario('fuzzing', 'skip')
        : event,
    );
    expect(failed(skipped)).toEqual(['user: GET /user, fuzzing: not run']);
    expect(failed(good.slice(0, -1))).toEqual(['user: stateful: not run']);
    const paths = { ...document.paths, '/more': { post: { responses: {} } } };
    expect(failed(good, { ...sound, operations: { total: 2, tested: 2 } }, { ...document, paths })).toEqual([
      'user: POST /more, examples: not run',
      'user: POST /more, coverage: not run',
      'user: POST /more, fuzzing: not run',
    ]);
  });

  test.each([
    ['schemathesis wrote no report', undefined],
    ['it did not come to its end', { complete: false }],
    ['exit code 1', { exit_code: 1 }],
    ['1 errors', { errors: [{}] }],
    ['0 of 1 operations tested', { operations: { total: 1, tested: 0 } }],
    ['warning unsupported_regex', { warnings: { unsupported_regex: ['POST /user'] } }],
  ])('fails with %s', (reason, change) => {
    const events = judge('user', document, good, change && { ...sound, ...change });
    expect(events.results.at(-1)).toEqual({ name: 'user: the whole run', verdict: 'failed', reason });
  });

  test('that never began fails in everything', () => {
    expect(judge('user', document, [], undefined).results.map(({ verdict }) => verdict)).toEqual(
      Array.from({ length: 5 }, () => 'failed'),
    );
  });
});
