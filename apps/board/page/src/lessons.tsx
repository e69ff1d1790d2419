import { useEffect, useState } from 'preact/hooks';
import type { LessonPage, LessonSummary } from '../../src/server/lessons.ts';
import { readLesson, readLessons } from './api.ts';
import { Markdown } from './markdown.tsx';
import type { Language, Texts } from './texts.ts';

interface Props {
  readonly t: Texts;
  readonly language: Language;
  /** Id of a lesson, or nothing. */
  readonly chosen: string;
  readonly platform: 'laptop' | 'kind' | undefined;
}

export function LessonsView({ t, language, chosen, platform }: Props) {
  const [list, setList] = useState<readonly LessonSummary[]>();
  const [page, setPage] = useState<LessonPage>();
  useEffect(() => {
    readLessons().then(setList, () => setList([]));
  }, []);
  useEffect(() => {
    if (chosen === '') return setPage(undefined);
    let current = true;
    void readLesson(chosen, language)
      .catch(() => undefined)
      .then((read) => {
        if (current) setPage(read);
        return read;
      });
    return () => {
      current = false;
    };
  }, [chosen, language]);
  const at = list?.findIndex(({ id }) => id === chosen) ?? -1;
  const neighbour = (step: number, word: string) => {
    const lesson = list?.[at + step];
    return at < 0 || !lesson ? (
      <span />
    ) : (
      <a href={`#lessons/${lesson.id}`}>
        {word}: {lesson.title[language]}
      </a>
    );
  };
  return (
    <div class="lessons">
      <nav class="panel" aria-label={t.lessons.title}>
        <h2>{t.lessons.title}</h2>
        {list?.length === 0 ? <p class="muted">{t.lessons.none}</p> : undefined}
        <ol>
          {list?.map(({ id, number, title }) => (
            <li key={id}>
              <a href={`#lessons/${id}`} aria-current={id === chosen ? 'page' : undefined}>
                <span class="number">{number}</span> {title[language]}
              </a>
            </li>
          ))}
        </ol>
      </nav>
      <article class="panel lesson">
        {page ? (
          <>
            {platform === 'laptop' ? <p class="note">{t.lessons.readOnly}</p> : undefined}
            {page.parts.map((part, index) =>
              part.kind === 'text' ? (
                <Markdown key={index} text={part.text} />
              ) : (
                <figure key={index} class="step">
                  <figcaption>
                    {part.cleanup ? t.lessons.cleanup : `${t.lessons.step} ${part.number}`}
                  </figcaption>
                  <pre tabIndex={0}>{part.script}</pre>
                  {part.expected === undefined ? undefined : (
                    <>
                      <figcaption>{t.lessons.expected}</figcaption>
                      <pre class="expected" tabIndex={0}>
                        {part.expected}
                      </pre>
                    </>
                  )}
                </figure>
              ),
            )}
            <p class="neighbours">
              {neighbour(-1, t.lessons.previous)}
              {neighbour(1, t.lessons.next)}
            </p>
          </>
        ) : (
          <p class="muted">{t.lessons.choose}</p>
        )}
      </article>
    </div>
  );
}
