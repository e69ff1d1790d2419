import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { readCorpus } from './engine/corpus.ts';
import { minimise } from './engine/minimise.ts';
import { Random } from './engine/random.ts';
import { findingOf, inputOf } from './engine/run.ts';
import { Finding, type Subject, type Target } from './engine/target.ts';
import { targets } from './targets/index.ts';

jest.setTimeout(180_000);

/** The same inputs each time; `npm run fuzz` has new ones. */
const seed = 1;
/**
 * Beside other tests on a machine whose processors are shared, the slowest of these inputs took 51 ms instead of 25. More
 * than linear work takes seconds.
 */
const timesSlower = 5;
const generated = (target: Target): number => (target.name.startsWith('http') ? 60 : 300);

describe.each(targets.map((target) => [target.name, target] as const))('%s', (name, target) => {
  const corpus = readCorpus(name);
  let subject: Subject;
  beforeAll(async () => {
    subject = await target.open();
  });
  afterAll(async () => {
    await subject[Symbol.asyncDispose]();
  });

  test.each([...corpus])('the corpus: %s', async (_, input) => {
    expect(await findingOf(subject, input, timesSlower)).toBeUndefined();
  });

  test('generated inputs', async () => {
    for (let index = 0; index < generated(target); index += 1) {
      const input = inputOf(target, [...corpus.values()], seed, index);
      const finding = await findingOf(subject, input, timesSlower);
      expect({ index, finding }).toEqual({ index, finding: undefined });
    }
  });
});

const kindOf = async (run: Subject['run'], slower?: number) => {
  const subject: Subject = { run, [Symbol.asyncDispose]: async () => {} };
  return (await findingOf(subject, Buffer.of(1), slower))?.kind;
};
/** Works for so long, on this thread. */
function spin(ms: number): void {
  const { user } = process.threadCpuUsage();
  while (process.threadCpuUsage().user - user < ms * 1000);
}
const hasBoth = async (candidate: Buffer) => candidate.includes('a') && candidate.includes('c');

describe('the engine', () => {
  const [target] = targets as [Target];

  test('makes the same inputs of the same seed, and others of another', () => {
    const corpus = [...readCorpus(target.name).values()];
    const inputs = (seed: number) =>
      Array.from({ length: 20 }, (_, index) => inputOf(target, corpus, seed, index).toString('hex'));
    expect(inputs(7)).toEqual(inputs(7));
    expect(inputs(7)).not.toEqual(inputs(8));
    expect(new Set(inputs(7)).size).toBeGreaterThan(15);
    expect(new Random(1).next()).toBe(2_693_262_067);
  });

  test('finds what crashes, what is wrong and what takes long, and nothing else', async () => {
    expect(await kindOf(() => {})).toBeUndefined();
    expect(await kindOf(() => Promise.reject(new TypeError('no')))).toBe('crash-TypeError-no');
    expect(await kindOf(() => Promise.reject(new Finding('wrong', 'it is')))).toBe('wrong');
    expect(await kindOf(() => spin(80))).toBe('slow');
    expect(await kindOf(() => spin(80), 5)).toBeUndefined();
    let runs = 0;
    expect(await kindOf(() => spin((runs += 1) === 1 ? 80 : 1))).toBeUndefined();
    // Waiting does not count as work.
    expect(await kindOf(() => delay(80))).toBeUndefined();
  });

  test('leaves out all that a finding does not need', async () => {
    const limits = { tries: 1000, withinMs: 60_000 };
    const input = Buffer.from(`${'x'.repeat(50)}a${'y'.repeat(50)}\nb\nc${'z'.repeat(50)}`);
    expect((await minimise(input, hasBoth, limits)).toString()).toBe('ac');
    expect(await minimise(input, hasBoth, { ...limits, tries: 0 })).toEqual(input);
  });
});
