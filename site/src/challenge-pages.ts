/** The challenges, with hints and solutions to unfold. */
import type { Challenge } from '../../lessons/challenges/runner/challenge.ts';
import type { Language, Lesson } from '../../lessons/runner/lesson.ts';
import { fenced, folded } from './markdown.ts';
import { words } from './words.ts';

/** @param titles of the lessons, with their address. */
export function challengesMarkdown(
  challenges: readonly Challenge[],
  titles: ReadonlyMap<Lesson['id'], { readonly title: string; readonly route: string }>,
  language: Language,
): string {
  const said = words[language];
  const sections = challenges.map(({ id, title, touches, symptom, hints, solution, lessons }) => {
    const related = lessons.flatMap((lesson) => {
      const found = titles.get(lesson);
      return found === undefined ? [] : [`[${found.title}](${found.route})`];
    });
    return [
      `## ${title[language]}`,
      ...(touches === 'shop' ? [said.inShop] : []),
      `**${said.symptom}**: ${escaped(symptom[language])}`,
      fenced('bash', `npm run challenge -- ${id}\nnpm run challenge -- ${id} --check`),
      ...hints.map((hint, index) => folded('hint', said.hint(index + 1), hint[language])),
      folded(
        'solution',
        said.solution,
        `${solution.says[language]}\n\n${fenced('bash', solution.run.trim())}\n\n${said.related}: ${related.join(' · ')}`,
      ),
    ].join('\n\n');
  });
  return sections.join('\n\n');
}

/** Angle brackets would be tags; those within backticks are not. */
const escaped = (text: string): string =>
  text
    .split('`')
    .map((part, index) => (index % 2 === 0 ? part.replaceAll('<', '&lt;') : part))
    .join('`');
