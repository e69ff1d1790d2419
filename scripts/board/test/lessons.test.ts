import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { texts } from '../../../apps/board/page/src/texts.ts';
import { kindFaults } from '../kind-faults.ts';
import { laptopFaults } from '../laptop-faults.ts';
import { openLessons } from '../lessons.ts';

const lessons = await openLessons(fileURLToPath(new URL('../../../', import.meta.url)));

test('every lesson can be read in both languages, with the same commands', () => {
  const list = lessons.list();
  expect(list.length).toBeGreaterThan(30);
  for (const { id, title } of list) {
    const [english, korean] = [lessons.page(id, 'en'), lessons.page(id, 'ko')];
    const scripts = (page: typeof english) =>
      page?.parts.flatMap((part) => (part.kind === 'step' ? [part.script] : []));
    expect(english?.title).toBe(title.en);
    expect(scripts(english)?.length).toBeGreaterThan(0);
    expect(scripts(korean)).toEqual(scripts(english));
  }
});

test('no page has HTML that the board would show as it is written', () => {
  for (const { id } of lessons.list())
    for (const language of ['en', 'ko'] as const)
      for (const part of lessons.page(id, language)?.parts ?? []) {
        if (part.kind !== 'text') continue;
        const prose = part.text
          .replaceAll(/^```[^]*?^```/gm, '')
          .replaceAll(/`[^`]+`/g, '')
          .replaceAll(/^<details>\s<summary>[^]*?<\/summary>$|^<\/details>$/gm, '')
          .replaceAll(/<\/?code>/g, '');
        expect([id, language, /<\/?[a-z][^>]*>/.exec(prose)?.[0]]).toEqual([id, language, undefined]);
      }
});

test.each(['', 'none', '../README', '02-pod.md', '__proto__', 'ko/02-pod', '02-pod/README.md'])(
  '%j is not a lesson',
  (id) => {
    expect(lessons.page(id, 'en')).toBeUndefined();
  },
);

test('each fault of either target has its own name, and Korean words', async () => {
  const programs = { until: async () => undefined };
  for (const faults of [await kindFaults(), laptopFaults('.shop', programs)]) {
    const names = faults.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => texts.ko.faults.names[name] === undefined)).toEqual([]);
    for (const { title, clientSees } of faults) expect(title && clientSees).not.toBe('');
  }
});

test('what must hold is said in Korean, too, and judged by what clients of the board see', async () => {
  const programs = { until: async () => undefined };
  const faults = [...(await kindFaults()), ...laptopFaults('.shop', programs)];
  const begin = Date.parse('2026-01-01T00:00:00Z');
  const times = {
    faultFrom: begin + 20_000,
    faultTo: begin + 40_000,
    steady: begin + 44_000,
    to: begin + 90_000,
  };
  const samples = Array.from({ length: 900 }, (_, tenth) => {
    const at = begin + tenth * 100;
    return {
      at,
      latencyMs: 5,
      outcome: at >= times.faultFrom && at < times.steady ? 'fallback' : 'live',
    } as const;
  });
  const transitions = { open: 1, 'half-open': 1, closed: 1 };
  for (const { name, mustHold } of faults) {
    expect([name, mustHold.length > 0]).toEqual([name, true]);
    expect(new Set(mustHold.map(({ text }) => text)).size).toBe(mustHold.length);
    for (const criterion of mustHold) {
      const { found } = criterion.judge({ samples, transitions, restarts: [], times });
      for (const text of [texts.ko.faults.criterion(criterion.text), texts.ko.faults.found(found)])
        expect(text.replace(/user|product|[sp]\d\d|ms/g, '')).not.toMatch(/[a-z]{3}/);
      expect(criterion.text).not.toMatch(/write|requests to user/);
    }
  }
  const stopUser = faults.find(({ name }) => name === 'stop-user')?.mustHold ?? [];
  const evidence = { samples, transitions, restarts: [], times };
  expect(stopUser.map((one) => one.judge(evidence).holds)).toEqual(stopUser.map(() => true));
  const failed = { at: begin + 30_000, latencyMs: 5, outcome: 'failed', reason: '503' } as const;
  const broken = { ...evidence, samples: [...samples, failed], restarts: ['product/product'] };
  const verdicts = stopUser.map((one) => [one.text, one.judge(broken).holds]);
  expect(verdicts.filter(([, holds]) => holds === false).map(([text]) => text)).toEqual([
    'no requests fail',
    'no container restarts',
  ]);
});
