/** The path of lessons for the page: the pages of lessons/, in English or Korean. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Language, LessonPage, LessonPart, LessonRunner, Lessons } from '@shop/board';
import { folderName, type Lesson } from '../../lessons/runner/lesson.ts';
import { lessonFiles, readLesson } from '../../lessons/runner/library.ts';
import { pageIn } from '../../lessons/runner/translation.ts';

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
    readonly pages: Readonly<Record<Language, ReturnType<typeof pageIn>>>;
  }[] = [];
  for (const file of lessonFiles(root)) {
    const lesson = readLesson(root, file);
    lessons.push({ lesson, pages: { en: pageIn(root, lesson, 'en'), ko: pageIn(root, lesson, 'ko') } });
    await nextTurn();
  }
  // Also what links between lessons name: the folder.
  const byId = new Map(lessons.map((one) => [folderName(one.lesson.file), one]));
  const runner = runnerFor?.(new Map([...byId].map(([id, { lesson }]) => [id, lesson])));

  return {
    ...(runner === undefined ? {} : { runner }),
    list: () =>
      lessons.map(({ lesson, pages }) => ({
        id: folderName(lesson.file),
        number: lesson.number,
        title: { en: pages.en.title, ko: pages.ko.title },
      })),
    page(id: string, language: Language): LessonPage | undefined {
      const found = byId.get(id);
      if (!found) return undefined;
      const { title, prose } = found.pages[language];
      const { lesson } = found;
      const { before, script } = lesson.proof.claims[0].sabotage;
      return {
        id,
        title,
        touches: lesson.touches,
        sabotage: { before, script },
        parts: partsOf(lesson, prose),
      };
    },
  };
}

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
