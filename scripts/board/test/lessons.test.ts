import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { texts } from '../../../apps/board/page/src/texts.ts';
import { kindFaults } from '../kind-faults.ts';
import { laptopFaults } from '../laptop-faults.ts';
import { openLessons } from '../lessons.ts';

const lessons = openLessons(fileURLToPath(new URL('../../../', import.meta.url)));

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
