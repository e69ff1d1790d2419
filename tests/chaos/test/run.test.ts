import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { faultNames, loadFaults, shortSelection } from '../catalogue.ts';
import { readBreakerMetrics } from '../cluster/state.ts';
import { Restorations } from '../fault.ts';
import { noFailedRequests } from '../judge/expectations.ts';
import { judge } from '../judge/result.ts';
import { failureModesFile, withTable } from '../report/failure-modes.ts';
import { merge, page } from '../report/report.ts';
import { percent, summary } from '../report/terminal.ts';
import { UsageError } from '../../../scripts/support/command-line.ts';
import type { RequestRecord } from '../load/operations.ts';
import { Pace, processorUse } from '../load/pace.ts';
import { readOptions } from '../run/options.ts';
import { cleanWindow, lead, untilCome } from '../run/play.ts';
import { isNoticed } from '../variants.ts';
import { readScenario, scenarioFault, script } from '../run/scenario.ts';
import { evidence } from './support/evidence.ts';

const read = (...args: string[]) => readOptions(args, ['pod-kill', 'node-drain']);

describe('options', () => {
  test('name faults, or all', () => {
    expect(read('pod-kill')).toMatchObject({ faults: ['pod-kill'], short: false });
    expect(read()).toMatchObject({ faults: [] });
    expect(read('--help')).toBe('help');
  });
  test.each([
    [['pod-kil']],
    [['--rate', 'fast']],
    [['--url', 'shop']],
    [['--nonsense']],
    [['--scenario', 'f', 'pod-kill']],
  ])('%j cannot be followed', (args) => expect(() => read(...args)).toThrow(UsageError));
});

describe('a scenario', () => {
  const file = fileURLToPath(new URL('../scenarios/mixed-hour.yaml', import.meta.url));
  test('is the same for the same seed, and another for another', async () => {
    const scenario = await readScenario(file, faultNames);
    expect(script(scenario, 7)).toHaveLength(scenario.events);
    expect(script(scenario, 7)).toEqual(script(scenario, 7));
    expect(script(scenario, 7)).not.toEqual(script(scenario, 8));
    expect(scenarioFault(scenario, 7, await loadFaults()).name).toBe('scenario-7');
  });
  test('with a fault that does not exist cannot be played', async () => {
    await expect(readScenario(file, ['pod-kill'])).rejects.toThrow(/there is no fault pod-delete/);
    await expect(readScenario('no/such.yaml', faultNames)).rejects.toThrow(UsageError);
  });
});

describe('restorations', () => {
  test('are undone last first, each once', async () => {
    const done: string[] = [];
    const restorations = new Restorations();
    for (const what of ['a', 'b']) await restorations.add(what, async () => void done.push(what));
    await restorations.run();
    await restorations.run();
    expect(done).toEqual(['b', 'a']);
  });
  test('go on after one that fails, and say which', async () => {
    const done: string[] = [];
    const restorations = new Restorations();
    await restorations.add('the first', async () => void done.push('first'));
    await restorations.add('the second', () => Promise.reject(new Error('no')));
    await expect(restorations.run()).rejects.toThrow(/by hand:\n {2}- the second: no/);
    expect(done).toEqual(['first']);
  });
});

test('a breaker’s state and changes are read from its metrics', () => {
  const { states, transitions } = readBreakerMetrics(`
ambassador_breaker_state{upstream="http://user",state="closed",app="ambassador"} 0
ambassador_breaker_state{upstream="http://user",state="open",app="ambassador"} 1
ambassador_breaker_transitions_total{upstream="http://user",to="open",app="ambassador"} 3
ambassador_breaker_transitions_total{upstream="http://user",to="half-open",app="ambassador"} 2`);
  expect([...states]).toEqual([['http://user', 'open']]);
  expect(transitions).toEqual({ open: 3, 'half-open': 2, closed: 0 });
});

test('every fault is found by its own name, in the order of the catalogue, and the short selection consists of some', async () => {
  expect((await loadFaults()).map(({ name }) => name)).toEqual(faultNames);
  expect(new Set(faultNames).size).toBe(faultNames.length);
  expect(faultNames).toEqual(expect.arrayContaining([...shortSelection]));
  expect((await loadFaults(['node-drain', 'pod-kill'])).map(({ name }) => name)).toEqual([
    'pod-kill',
    'node-drain',
  ]);
  expect(() => loadFaults(['pod-kil'])).toThrow('there is no fault pod-kil');
});

test('a short run is shorter before those faults only that compare nothing with it', async () => {
  const faults = await loadFaults(shortSelection);
  const seconds = (short: boolean) =>
    Object.fromEntries(
      faults.map((fault) => {
        const { warmUpMs, beforeMs } = lead(fault, short);
        return [fault.name, [warmUpMs / 1000, beforeMs / 1000]];
      }),
    );
  expect(seconds(false)).toEqual(Object.fromEntries(shortSelection.map((name) => [name, [4, 15]])));
  const compared = new Set(['user-gone', 'user-timeout']);
  expect(seconds(true)).toEqual(
    Object.fromEntries(shortSelection.map((name) => [name, compared.has(name) ? [4, 10] : [2, 5]])),
  );
});

const fallbackAt = (at: number): RequestRecord => ({
  ...(evidence().records[0] as RequestRecord),
  at,
  outcome: 'fallback',
});

test.each([
  ['clean at once', [], 0],
  ['clean at the second attempt', [5_000], 10_000],
  ['never clean: the last window counts, and is judged', [5_000, 15_000, 25_000, 35_000], 20_000],
])('what is normal is known when a window is clean: %s', async (_what, badAt, from) => {
  const records = badAt.map(fallbackAt);
  let now = 0;
  const load = { records, now: () => now, settled: async () => now };
  const pass = async () => void (now += 10_000);
  expect(await cleanWindow(load, pass)).toEqual({ from, to: from + 10_000 });
});

/** A load whose request of 9.9 s is among the records only once it has settled. */
function loadWithLateFallback() {
  const records: RequestRecord[] = [];
  let now = 0;
  const settled = async () => {
    if (records.length === 0) records.push(fallbackAt(9_900));
    return now;
  };
  return { records, now: () => now, settled, pass: async () => void (now += 10_000) };
}

describe('a request that is due in a window, and ends after it', () => {
  test('counts for what is normal', async () => {
    const { pass, ...load } = loadWithLateFallback();
    expect(await cleanWindow(load, pass)).toEqual({ from: 10_000, to: 20_000 });
  });
  test('counts for what is awaited after the fault: it is judged by the same requests at the end', async () => {
    const { pass, ...load } = loadWithLateFallback();
    await pass();
    const isClean = (to: number) => !load.records.some(({ at }) => at >= to - 10_000);
    expect(await untilCome(load, isClean, pass, 60_000)).toBe(20_000);
    expect(await untilCome(load, () => false, pass, 60_000)).toBe(60_000);
  });
});

/** Busy as these shares say, one after the other, and then idle. */
const settled = async (isFixed: boolean, ...shares: number[]) => {
  const pace = new Pace(40, isFixed);
  const [rates, said]: [number[], string[]] = [[], []];
  let moments = 0;
  await pace.settle(
    { pace: (rate) => void rates.push(rate) },
    async () => void (moments += 1),
    (text) => void said.push(text),
    () => shares[moments - 1] ?? 0,
  );
  return { rates, said, moments, report: String(pace) };
};

describe('the pace of the load', () => {
  test('stays where the processors have time left', async () => {
    expect(await settled(false, 0.75)).toEqual({ rates: [], said: [], moments: 1, report: '40' });
  });
  test('is halved until they have, and says so', async () => {
    expect(await settled(false, 0.9, 0.76, 0.7)).toEqual({
      rates: [20, 10],
      said: [
        'the processors were 90 % busy: 20 requests a second from here',
        'the processors were 76 % busy: 10 requests a second from here',
      ],
      moments: 3,
      report: '40, then 10',
    });
  });
  test('does not become so low that it says nothing', async () => {
    expect(await settled(false, 1, 1, 1)).toMatchObject({ rates: [20, 10], moments: 3 });
  });
  test('that was given is kept', async () => {
    expect(await settled(true, 1)).toMatchObject({ rates: [], said: [], moments: 1 });
    expect([read('--rate', '40'), read()]).toMatchObject([{ keepsRate: true }, { keepsRate: false }]);
  });
  test('is that of this machine: a share of its processors’ time', async () => {
    const use = processorUse();
    const until = performance.now() + 100;
    while (performance.now() < until);
    const share = use();
    expect(share).toBeGreaterThan(0);
    expect(share).toBeLessThanOrEqual(1);
  });
});

test('docs/failure-modes.md has every fault, and none that is gone', async () => {
  const text = await readFile(failureModesFile, 'utf8');
  const shown = [...text.matchAll(/tests\/chaos\/faults\/([\w-]+)\.ts/g)].map(([, name]) => name);
  expect(new Set(shown)).toEqual(new Set(faultNames));
});

test('a broken variant is noticed by its own fault’s test, and not by a machine that is busy', () => {
  const variant = { name: 'v', title: 'V', clientSees: 'failures', expectations: [noFailedRequests] };
  const failing = evidence(({ at }) => (at > 21_000 && at < 22_000 ? { outcome: 'failed' } : {}));
  const busy = evidence(() => ({ lateMs: 2_000 }));
  expect(judge(variant, new Date(0), busy).verdict).toBe('failed');
  expect([failing, busy].map((one) => isNoticed(judge(variant, new Date(0), one)))).toEqual([true, false]);
});

describe('the report', () => {
  const fault = {
    name: 'pod-kill',
    title: 'a <pod> is killed',
    clientSees: 'little of `/user`',
    expectations: [noFailedRequests],
  };
  const good = judge(fault, new Date(0), evidence());
  const bad = judge(
    { ...fault, name: 'node-drain' },
    new Date(0),
    evidence(({ at }) => (at > 21_000 && at < 22_000 ? { outcome: 'failed', reason: '<503>' } : {}), {
      events: [
        { at: 0, kind: 'pod', subject: 'user-1', state: 'ready' },
        { at: 21_000, kind: 'pod', subject: 'user-1', state: 'not-ready' },
      ],
    }),
  );

  test('never rounds up to 100 %', () => {
    expect([percent(1), percent(0.999_99), percent(0.5)]).toEqual(['100 %', '99.99 %', '50.00 %']);
  });

  test('has a line for each fault, and says what did not hold', () => {
    const text = summary([good, bad]);
    expect(text).toMatch(/✓ +pod-kill +100 %/);
    expect(text).toMatch(/✗ +node-drain/);
    expect(text).toContain('node-drain: it should be that no requests fail; found: 9 of 400: 9 × <503>');
  });

  test('is one page without anything from elsewhere, in which nothing is markup that was text', () => {
    const html = page({ conditions: { seed: 1 }, results: [good, bad] });
    expect(html).not.toMatch(/https?:|src=|@import|url\(/);
    expect(html).toContain('a &lt;pod&gt; is killed');
    expect(html).toContain('little of <code>/user</code>');
    expect(html).toContain('&lt;503&gt;');
    expect(html).not.toContain('<503>');
    expect(html.match(/<section /g)).toHaveLength(2);
    expect(html).toContain('not-ready from 21.0 s');
    expect(html).not.toMatch(/NaN|undefined/);
  });

  test('is put between the marks of a page, and only there', () => {
    const marks = ['<!-- npm run chaos -- --docs: from here -->', '<!-- to here -->'] as const;
    const before = `# Page\n${marks[0]}\nSTALE\n${marks[1]}\nrest\n`;
    const after = withTable(before, [good, bad, { ...bad, name: 'new' }], {
      conditions: {},
      results: [good, bad],
    });
    expect(after).toMatch(/^# Page\n.*\n\n\| what fails/);
    expect(after).not.toContain('STALE');
    expect(after).toContain('none of 200 failed');
    expect(after).toMatch(/\| not run +\| \[new\]/);
    expect(after).toContain('**Does not hold**: no requests fail');
    expect(after.endsWith('\nrest\n')).toBe(true);
    expect(() => withTable('# Page', [], { conditions: {}, results: [] })).toThrow(/lacks/);
  });

  test('keeps the results of faults that were not run again', () => {
    const merged = merge({ conditions: {}, results: [bad] }, { conditions: { seed: 2 }, results: [good] }, [
      'pod-kill',
      'node-drain',
    ]);
    expect(merged.results.map(({ name }) => name)).toEqual(['pod-kill', 'node-drain']);
    expect(merged.conditions).toEqual({ seed: 2 });
  });
});
