/** The path of lessons for the page: the pages of lessons/, in English or Korean. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Language, LessonPage, LessonPart, LessonRunner, Lessons } from '@shop/board';
import { folderName, translationFile, type Lesson } from '../../lessons/runner/lesson.ts';
import { lessonFiles, readLesson } from '../../lessons/runner/library.ts';
import { readTranslation } from '../../lessons/runner/translation.ts';

/**
 * Reads every page once. A lesson without a translation is shown in English. Other work, a signal to end for instance, goes
 * on between two pages: all of them together take a second or more on a busy machine.
 * @param runnerFor makes what runs them, where there is a cluster to run them on.
 * @throws {PageError}
 */
export async function openLessons(
  root: string,
  runnerFor?: (lessons: ReadonlyMap<string, Lesson>) => LessonRunner,
): Promise<Lessons> {
  const lessons: {
    readonly lesson: Lesson;
    readonly prose: Readonly<Record<Language, readonly string[]>>;
  }[] = [];
  for (const file of lessonFiles(root)) {
    const lesson = readLesson(root, file);
    lessons.push({ lesson, prose: { en: lesson.prose, ko: koreanProse(root, lesson) } });
    await nextTurn();
  }
  // Also what links between lessons name: the folder.
  const byId = new Map(lessons.map((one) => [folderName(one.lesson.file), one]));
  const runner = runnerFor?.(new Map([...byId].map(([id, { lesson }]) => [id, lesson])));

  return {
    ...(runner === undefined ? {} : { runner }),
    list: () =>
      lessons.map(({ lesson, prose }) => ({
        id: folderName(lesson.file),
        number: lesson.number,
        title: { en: lesson.title, ko: titleOf(prose.ko) ?? lesson.title },
      })),
    page(id: string, language: Language): LessonPage | undefined {
      const found = byId.get(id);
      if (!found) return undefined;
      const prose = found.prose[language];
      const { lesson } = found;
      return {
        id,
        title: titleOf(prose) ?? lesson.title,
        touches: lesson.touches,
        sabotage: { before: lesson.sabotage.before, script: lesson.sabotage.script },
        parts: partsOf(lesson, prose),
      };
    },
  };
}

function koreanProse(root: string, lesson: Lesson): readonly string[] {
  const file = translationFile(lesson.file, 'ko');
  if (!existsSync(join(root, file))) return lesson.prose;
  const { prose } = readTranslation(lesson, file, readFileSync(join(root, file), 'utf8'));
  // One that lags has other blocks: the commands would stand at the wrong places.
  return prose.length === lesson.prose.length ? prose : lesson.prose;
}

const titleOf = (prose: readonly string[]): string | undefined => /^# (.+)$/m.exec(prose[0] ?? '')?.[1];

function partsOf({ steps }: Lesson, prose: readonly string[]): LessonPart[] {
  return prose.flatMap((text, index): LessonPart[] => {
    const step = steps[index];
    return [
      ...(text.trim() === '' ? [] : [{ kind: 'text' as const, text }]),
      ...(step === undefined
        ? []
        : [
            {
              kind: 'step' as const,
              number: step.number,
              script: step.script,
              ...(step.expected === undefined ? {} : { expected: step.expected }),
              cleanup: step.kind === 'cleanup',
            },
          ]),
    ];
  });
}
