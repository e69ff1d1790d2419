/** What a page has to be for its readers; what its frame consists of: lessons/writing.md. */
import type { Lesson } from './lesson.ts';

/** Characters of a line that a reader copies. */
const maxLine = 100;

type Kind = 'long' | 'template' | 'program' | 'scripting';

/** Of one line. */
const notTyped: readonly (readonly [pattern: RegExp, kind: Kind, problem: string])[] = [
  [
    /jsonpath|go-template|custom-columns/,
    'template',
    'a template: show it with get, describe or logs, and put it into proof.yaml',
  ],
  [
    /(?:node|deno|bun|python3?|perl|ruby) (?:-e|-c|-p|--eval|--input-type)\b|\bawk\b/,
    'program',
    'a program in quotes',
  ],
  [/^(?:function )?[\w-]+ ?\(\)/, 'scripting', 'a function'],
  [/^(?:for|while|until|if|case)\b/, 'scripting', 'a loop or a branch'],
  [/\|\| (?:true|echo)|^(?:unset|trap)\b/, 'scripting', 'what only a test needs'],
];

/** Lines that a person would not type; a line each. Reset and cleanup are typed as well. */
export function typingProblems({ file, steps }: Lesson): string[] {
  return steps.flatMap(({ line, script }) =>
    script
      .split('\n')
      .flatMap(lineProblems)
      .map(({ problem }) => `${file}:${line}: ${problem}`),
  );
}

/** Why a person would not type this line. */
export function lineProblems(text: string): readonly { readonly kind: Kind; readonly problem: string }[] {
  const command = text.trim();
  const found = notTyped.flatMap(([pattern, kind, problem]) =>
    pattern.test(command) ? [{ kind, problem }] : [],
  );
  if (text.length > maxLine)
    found.push({ kind: 'long', problem: `${text.length} characters in a line, more than ${maxLine}` });
  const [, ofShell = ''] = command.split('sh -c ');
  if (['&&', '||', ';'].some((operator) => ofShell.includes(operator)))
    found.push({ kind: 'program', problem: 'a program in quotes' });
  return found;
}

interface Frame {
  readonly items: Readonly<Record<'goals' | 'before' | 'time' | 'shop' | 'official' | 'reset', string>>;
  readonly headings: readonly string[];
  readonly official: string;
  readonly minutes: (minutes: number) => string;
}

/** What every page has, in its language. */
export const frames: Readonly<Record<'en' | 'ko', Frame>> = {
  en: {
    items: {
      goals: 'Goals',
      before: 'Before this',
      time: 'Time',
      shop: 'In the running shop',
      official: 'Official page',
      reset: 'Start again',
    },
    headings: ['Where the shop uses it', 'See it', 'What goes wrong without it', 'Clean up', 'Questions'],
    official: 'https://kubernetes.io/docs/',
    minutes: (minutes) => `about ${minutes} minutes`,
  },
  ko: {
    items: {
      goals: '목표',
      before: '먼저 볼 것',
      time: '걸리는 시간',
      shop: '쇼핑몰에 주는 영향',
      official: '공식 문서',
      reset: '처음부터 다시',
    },
    headings: ['쇼핑몰에서 쓰이는 곳', '직접 보기', '없으면 생기는 일', '정리', '생각해 볼 것'],
    official: 'https://kubernetes.io/ko/docs/',
    minutes: (minutes) => `약 ${minutes}분`,
  },
};

const wordsPerMinute = 180;
const minutesPerBlock = 0.5;

/** Reading, typing and comparing each block, and what the last run took. */
export function minutesOf({ prose, steps, proof }: Lesson): number {
  const words = prose.join(' ').split(/\s+/).filter(Boolean).length;
  return Math.ceil(words / wordsPerMinute + steps.length * minutesPerBlock + proof.seconds / 60);
}

/**
 * @param lessons all lessons, which `needs` names.
 * @param markdown the page in that language.
 * @returns what is missing in the page's frame; a line each.
 */
export function frameProblems(
  lesson: Lesson,
  lessons: readonly Lesson[],
  language: 'en' | 'ko',
  file: string,
  markdown: string,
): string[] {
  const { items, headings, official, minutes } = frames[language];
  const item = (name: string): string => itemOf(markdown, name);
  const problems = Object.values(items)
    .filter((name) => item(name) === '')
    .map((name) => `no "- **${name}**: …" below the title`);
  const found = [...markdown.matchAll(/^## (.+)$/gm)].map(([, heading = '']) => heading);
  if (found.join() !== headings.join()) problems.push(`its headings have to be: ${headings.join(' · ')}`);
  const time = minutes(minutesOf(lesson));
  if (!item(items.time).includes(time)) problems.push(`its time has to be "${time}"`);
  if (!item(items.official).includes(official)) problems.push(`no link to ${official}…`);
  if (!item(items.reset).includes(`npm run lessons -- --reset ${lesson.id}`))
    problems.push(`it has to name npm run lessons -- --reset ${lesson.id}`);
  for (const need of lesson.proof.needs) {
    const needed = lessons.find(({ id }) => id === need);
    if (needed === undefined) problems.push(`proof.yaml needs "${need}", which is not a lesson`);
    else if (!item(items.before).includes(`(../${needed.file.split('/')[1]}/README`))
      problems.push(`"${items.before}" has no link to the lesson ${need}`);
  }
  const questions = markdown.slice(markdown.indexOf(`\n## ${headings.at(-1)}`));
  if (questions.search(/<details>\n<summary>/) < 0 || questions.search(/<\/summary>\n\n/) < 0)
    problems.push('no question that <details> answers');
  if (language === 'ko' && /\]\(\.\.\/\d\d-[a-z-]+\/README\.md/.test(markdown))
    problems.push('it links to the English page of a lesson that has a Korean one');
  return problems.map((problem) => `${file}: ${problem}`);
}

/** What follows `- **Name**: ` up to the next item or an empty line. */
function itemOf(markdown: string, name: string): string {
  const lines = markdown.split('\n');
  const label = `- **${name}**: `;
  const start = lines.findIndex((line) => line.startsWith(label));
  if (start < 0) return '';
  const length = lines.slice(start + 1).findIndex((line) => line === '' || line.startsWith('- '));
  return lines
    .slice(start, length < 0 ? undefined : start + 1 + length)
    .join('\n')
    .slice(label.length);
}
