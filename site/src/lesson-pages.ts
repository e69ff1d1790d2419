/** The page of a lesson: its text, its commands, and what the last run printed beside what it has to print. */
import { folderName, type Language, type Lesson, type Step } from '../../lessons/runner/lesson.ts';
import type { LessonResult, StepResult } from '../../lessons/runner/result.ts';
import { fenced, folded } from './markdown.ts';
import type { Runs } from './runs.ts';
import { words } from './words.ts';

/** Where the picture of a lesson's objects is on the site. */
export const pictureOf = (lesson: Pick<Lesson, 'file'>): string => `/run/${folderName(lesson.file)}.svg`;

export function lessonMarkdown(
  lesson: Lesson,
  prose: readonly string[],
  language: Language,
  runs: Runs | undefined,
): string {
  const result = runs?.byId.get(lesson.id);
  const said = words[language];
  const parts = lesson.steps.flatMap((step, index) => {
    const text = prose[index] ?? '';
    const picture =
      result?.picture !== undefined && lesson.proof.picture?.after === step.number
        ? [
            `<figure class="objects" tabindex="0">\n\n![${said.objects}](${pictureOf(lesson)})\n\n<figcaption>${said.objects}</figcaption></figure>`,
          ]
        : [];
    return [
      index === 0 ? withStatus(text, language, runs, result) : text,
      ...blocks(step, result, language),
      ...picture,
    ];
  });
  return [...parts, prose.at(-1) ?? ''].map((part) => part.trim()).join('\n\n');
}

/** The verdict of the last run and what the commands need, below the title. */
function withStatus(
  text: string,
  language: Language,
  runs: Runs | undefined,
  result: LessonResult | undefined,
): string {
  const said = words[language];
  const below = (paragraph: string): string =>
    text.replace(/^# .+$/m, (title) => `${title}\n\n${paragraph}${said.byHand}`);
  if (runs === undefined) return below('');
  const [tone, verdict] = result === undefined ? ['other', said.notRun] : verdictOf(result, language);
  const when =
    result === undefined
      ? ''
      : ` ${said.run(result.seconds.toFixed(0), runs.startedAt.slice(0, 10), `<code>${runs.commit.slice(0, 8)}</code>`)}`;
  const status = `<p class="status"><span class="verdict ${tone}">${verdict}</span>${when}</p>`;
  return below(`${status}\n\n`);
}

function verdictOf({ verdict }: LessonResult, language: Language): [tone: string, text: string] {
  const said = words[language];
  if (verdict === 'passed') return ['passed', said.passed];
  return verdict === 'failed' ? ['failed', said.failed] : ['other', said.notProven];
}

function blocks(
  { number, kind, script, expected }: Step,
  result: LessonResult | undefined,
  language: Language,
): string[] {
  const came = result?.steps.find((step) => step.number === number && step.kind === kind);
  return [
    fenced('bash', script),
    ...(expected === undefined ? [] : [fenced('output', expected)]),
    ...(came === undefined || !saysMore(came) ? [] : [printed(came, language)]),
  ];
}

/** Whether it printed anything else than the page has. */
const saysMore = ({ came, expected }: StepResult): boolean => came !== '' && came !== expected?.trim();

const printed = ({ came, seconds }: StepResult, language: Language): string =>
  folded('printed', words[language].printed(seconds.toFixed(1)), fenced('output', came));
