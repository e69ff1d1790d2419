/** The challenges that there are: everything about them that needs no cluster. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { paths } from '../../../../scripts/kind/names.ts';
import { languages } from '../../../runner/lesson.ts';
import { readLessons } from '../../../runner/library.ts';
import { folder, namespaceOf, readChallenge, readChallenges } from '../challenge.ts';

const challenges = readChallenges(paths.root);
const isKorean = (text: string): boolean => /[가-힣]/.test(text);

test('there are at least twelve', () => {
  expect(challenges.length).toBeGreaterThanOrEqual(12);
});

describe.each(challenges.map((challenge) => [challenge.id, challenge] as const))('%s', (id, challenge) => {
  const scripts = [
    ...challenge.checks.map(({ run }) => run),
    challenge.settled.run,
    challenge.solution.run,
    challenge.start ?? '',
    challenge.reset ?? '',
  ];

  test('names lessons that there are', () => {
    const known = new Set(readLessons(paths.root).map((lesson) => lesson.id));
    expect(challenge.lessons.filter((lesson) => !known.has(lesson))).toEqual([]);
  });

  test('stays where it says, and one in the shop says how it is restored', () => {
    const namespaces = scripts.join('\n').matchAll(/(?:-n|--namespace) (\S+)/g);
    const allowed =
      challenge.touches === 'shop'
        ? ['shop']
        : [namespaceOf(challenge), ...(id === 'blind-reporter' ? ['shop'] : [])];
    expect([...namespaces].map(([, name]) => name).filter((name) => !allowed.includes(name ?? ''))).toEqual(
      [],
    );
    expect(challenge.touches === 'shop' ? challenge.reset : 'not needed').toBeDefined();
    expect(existsSync(join(paths.root, folder, id, 'start.yaml'))).toBe(challenge.touches === 'namespace');
  });

  test('applies files that there are', () => {
    const files = scripts.join('\n').matchAll(/-f (\S+)/g);
    expect(
      [...files].map(([, file]) => file ?? '').filter((file) => !existsSync(join(paths.root, file))),
    ).toEqual([]);
  });

  test.each(languages)('does not give its solution away in %s before the last hint', (language) => {
    const { symptom, hints, title } = challenge;
    const early = [title, symptom, ...hints.slice(0, 1)].map((text) => text[language]).join('\n');
    for (const command of challenge.solution.run.trim().split('\n'))
      expect(early).not.toContain(command.trim());
  });

  test.each(languages)('its text in %s is written in that language', (language) => {
    const texts = [
      challenge.symptom,
      challenge.solution.says,
      ...challenge.hints,
      ...challenge.checks.map(({ says }) => says),
    ];
    expect(
      texts.map((text) => text[language]).filter((text) => isKorean(text) !== (language === 'ko')),
    ).toEqual([]);
  });
});

const readWrong = (source: string) => () => readChallenge('x', 'x/challenge.yaml', source);

test('a file that is not a challenge is reported with every problem', () => {
  const wrong = readWrong('title: { en: X }\nchecks: []\nhint: none\n');
  expect(wrong).toThrow('x/challenge.yaml: title.ko: ');
  expect(wrong).toThrow('x/challenge.yaml: symptom: ');
  expect(wrong).toThrow(/"hint"/);
  expect(readWrong('title: {')).toThrow('x/challenge.yaml: ');
});
