import { problemText, type Problem } from '../../src/problems/problem.ts';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { LessonRun, LessonStep } from '../../src/scene/entities.ts';
import { ofKind } from '../../src/scene/messages.ts';
import type { LessonPage, LessonPart, LessonSummary } from '../../src/server/lessons.ts';
import { actOnLesson, readLesson, readLessons, whyOf, type LessonAction } from './api.ts';
import { Button } from './button.tsx';
import { VerdictIcon } from './icons.tsx';
import { Markdown } from './markdown.tsx';
import { sameList, useShown } from './shown.ts';
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
  const article = useRef<HTMLElement>(null);
  const shown = useRef<string | undefined>(undefined);
  useEffect(() => {
    // Its links are far from the list: the keyboard goes on in the page that was opened, not at the language's change.
    if (page && shown.current !== undefined && shown.current !== page.id) article.current?.focus();
    shown.current = page?.id ?? '';
  }, [page]);
  const isReplay = useShown(({ scene }) => ofKind(scene, 'target')[0]?.replay === true);
  const runs = useShown(({ scene }) => ofKind(scene, 'lesson'), sameList);
  const verdicts = new Map(runs.map((run) => [run.id, run.verdict]));
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
                <span class="number">{number}</span> {title[language]} {mark(verdicts.get(id), t)}
              </a>
            </li>
          ))}
        </ol>
      </nav>
      <article class="panel lesson" ref={article} tabIndex={-1} aria-label={page?.title}>
        {page ? (
          <>
            {platform === 'kind' && !isReplay ? (
              <Runs id={page.id} touches={page.touches} t={t} />
            ) : (
              <p class="note">{t.lessons.readOnly}</p>
            )}
            {page.parts.map((part, index) =>
              part.kind === 'text' ? (
                <Markdown key={index} text={part.text} />
              ) : (
                <StepView key={index} id={page.id} part={part} t={t} />
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

type Run = LessonRun | undefined;
const useRun = (id: string): Run =>
  useShown(({ scene }) => scene.entities.get(`lesson/${id}`) as LessonRun | undefined);

const kinds = {
  passed: 'holds',
  noticed: 'holds',
  failed: 'fails',
  'not-noticed': 'fails',
  'not-proven': 'unknown',
  stopped: 'unknown',
} as const;

function mark(verdict: LessonRun['verdict'], t: Texts) {
  return verdict === undefined ? undefined : (
    <VerdictIcon kind={kinds[verdict]} label={t.lessons.verdict[verdict]} />
  );
}

/** What can be done with a lesson, and how far it is. */
function Runs({
  id,
  touches,
  t,
}: {
  readonly id: string;
  readonly touches: LessonPage['touches'];
  readonly t: Texts;
}) {
  const run = useRun(id);
  const [refusal, setRefusal] = useState<Problem>();
  const isOn = run !== undefined && run.state !== 'done';
  const button = (action: LessonAction, off: boolean) => (
    <Button
      class={action === 'run' || action === 'next' ? 'primary' : ''}
      off={off}
      onPress={() => {
        setRefusal(undefined);
        actOnLesson(id, action).catch((error: unknown) => setRefusal(whyOf(error)));
      }}
    >
      {t.lessons.action[action]}
    </Button>
  );
  return (
    <div class="runs">
      <p class="muted">{t.lessons.touches[touches]}</p>
      <p class="actions">
        {button('run', isOn)}
        {run?.mode === 'step' && isOn ? button('next', run.state !== 'waiting') : button('step', isOn)}
        {button('break', isOn)}
        {button('reset', run === undefined || run.state === 'undoing')}
      </p>
      <div aria-live="polite">
        {run === undefined ? undefined : isOn ? (
          <p>{t.lessons.state[run.state](run.step ?? 1)}</p>
        ) : (
          <p class={`verdict ${run.verdict === undefined ? '' : kinds[run.verdict]}`}>
            {mark(run.verdict, t)} <strong>{run.verdict && t.lessons.verdict[run.verdict]}</strong>
          </p>
        )}
        {run?.state === 'done'
          ? run.problems.map((problem) => (
              <p key={problem} class={run.verdict === 'noticed' ? 'muted' : 'problem'}>
                {t.lessons.problem(problem)}
              </p>
            ))
          : undefined}
        {refusal === undefined ? undefined : <p class="problem">{problemText(t.problems, refusal)}</p>}
      </div>
    </div>
  );
}

interface StepProps {
  readonly id: string;
  readonly part: Extract<LessonPart, { kind: 'step' }>;
  readonly t: Texts;
}

/** A step's commands, what they are to print, and what they have printed. */
function StepView({ id, part, t }: StepProps) {
  const { number, script, expected, cleanup } = part;
  const run = useRun(id);
  const results = run?.steps.filter((step) => step.number === number) ?? [];
  const isNow = run !== undefined && run.state !== 'done' && run.step === number && !cleanup;
  return (
    <figure class={`step ${isNow ? 'now' : ''}`}>
      {results.filter(({ kind }) => kind === 'sabotage').map((step) => result(step, t))}
      <figcaption>{cleanup ? t.lessons.cleanup : `${t.lessons.step} ${number}`}</figcaption>
      <pre tabIndex={0}>{script}</pre>
      {expected === undefined ? undefined : (
        <>
          <figcaption>{t.lessons.expected}</figcaption>
          <pre class="expected" tabIndex={0}>
            {expected}
          </pre>
        </>
      )}
      {results.filter(({ kind }) => kind !== 'sabotage').map((step) => result(step, t))}
    </figure>
  );
}

function result({ kind, script, printed, seconds, problem }: LessonStep, t: Texts) {
  const verdict = problem === undefined ? 'holds' : 'fails';
  return (
    <div key={kind} class={`came ${kind}`}>
      {kind === 'sabotage' ? (
        <>
          <figcaption>{t.lessons.action.break}</figcaption>
          <pre tabIndex={0}>{script}</pre>
        </>
      ) : undefined}
      <figcaption>
        <VerdictIcon kind={verdict} label={t.faults[verdict]} /> {t.lessons.printed(seconds)}
      </figcaption>
      {printed === '' ? undefined : <pre tabIndex={0}>{printed}</pre>}
      {problem === undefined ? undefined : <p class="problem">{t.lessons.problem(problem)}</p>}
    </div>
  );
}
