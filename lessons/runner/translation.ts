/**
 * A translation of a page with a proof is a whole page, whose commands and output are the same.
 *
 * Of another page it holds prose alone. Where the English page has a block of commands, it has a line
 * `[▶ 3](README.md)`: the third one. Its front matter names the English prose that it was made from.
 */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { Lesson, Step } from './lesson.ts';
import { blocksOf } from './markdown.ts';
import { readNamedBody, splitFrontMatter } from './page.ts';

export interface Translation {
  readonly source: string;
  /** As in the lesson: one more than there are steps. */
  readonly prose: readonly string[];
  readonly problems: readonly string[];
}

const reference = /^\[▶ (\d+)\]\(([^)#]+)(?:#[^)]*)?\)$/;

/**
 * Names the English prose. Line breaks and runs of blanks are not a part of it, nor is where links lead: a file that moves
 * changes no sentence, and `npm run links` checks the links of both pages.
 */
export function proseHash({ prose, proves }: Lesson): string {
  const words = [proves, ...prose].map((text) =>
    text
      .replace(/\]\([^()\s]*\)/g, ']()')
      .split(/\s+/)
      .filter(Boolean)
      .join(' '),
  );
  // With letters in front, as YAML takes some hexadecimal digits for a number.
  return `en-${createHash('sha256').update(words.join('\n')).digest('hex').slice(0, 12)}`;
}

/** Reads a translation, with all that is wrong with it; a line each. */
export function readTranslation(lesson: Lesson, file: string, markdown: string): Translation {
  if (lesson.proof !== undefined) return readWholeTranslation(lesson, file, markdown);
  const problems: string[] = [];
  const { data, body, bodyLine } = splitFrontMatter(markdown);
  const { source = '' } = (data ?? {}) as { source?: string };
  const current = proseHash(lesson);
  if (source !== current)
    problems.push(
      `${file}: it lags: it was made from ${source || 'nothing that it names'}, and ${lesson.file} is ${current} now. ` +
        `Bring it up to date, and write "source: ${current}" into its front matter`,
    );
  const inText = new Set<number>();
  for (const block of blocksOf(body)) {
    if (block.kind === 'paragraph') for (let at = block.start; at < block.end; at += 1) inText.add(at);
    if (block.kind === 'fence' && /^(bash|output)\b/.test(block.info))
      problems.push(`${file}:${bodyLine + block.start}: commands are shared, not copied`);
  }
  const prose: string[] = [];
  let segment: string[] = [];
  for (const [index, text] of body.split('\n').entries()) {
    const line = bodyLine + index;
    const [, number, target] = (inText.has(index) && reference.exec(text.trim())) || [];
    if (number === undefined) {
      segment.push(text);
      continue;
    }
    prose.push(segment.join('\n'));
    segment = [];
    if (Number(number) !== prose.length)
      problems.push(`${file}:${line}: block ${number} stands where block ${prose.length} has to`);
    if (target !== basename(lesson.file))
      problems.push(`${file}:${line}: it has to lead to ${basename(lesson.file)}`);
  }
  prose.push(segment.join('\n'));
  if (prose.length !== lesson.prose.length)
    problems.push(
      `${file}: ${prose.length - 1} blocks are named, and ${lesson.file} has ${lesson.steps.length}`,
    );
  return { source, prose, problems };
}

/** Its blocks have to be those of the lesson, so that readers of both languages see the same. */
function readWholeTranslation(lesson: Lesson, file: string, markdown: string): Translation {
  const { steps, prose, problems } = readNamedBody(file, markdown);
  const found = [...problems];
  if (steps.length !== lesson.steps.length)
    found.push(`${file}: ${steps.length} blocks of commands, and ${lesson.file} has ${lesson.steps.length}`);
  for (const [index, step] of steps.entries()) {
    const original = lesson.steps[index];
    if (original === undefined) break;
    for (const part of ['name', 'script', 'expected'] as const)
      if (step[part] !== original[part])
        found.push(`${file}:${step.line}: its ${part} is not that of ${lesson.file}:${original.line}`);
  }
  return { source: '', prose, problems: found };
}

/** The whole page: prose of one language, commands of all. */
export function assemble(lesson: Lesson, prose: readonly string[]): string {
  const parts = lesson.steps.flatMap((step, index) => [prose[index] ?? '', blockOf(step)]);
  const texts = [...parts, prose.at(-1) ?? ''].map((text) => text.trim());
  return `${texts.filter((text) => text !== '').join('\n\n')}\n`;
}

function blockOf({ script, expected }: Step): string {
  const commands = fenced('bash', script);
  return expected === undefined ? commands : `${commands}\n\n${fenced('text', expected)}`;
}

/** With a fence that is longer than any within. */
function fenced(language: string, text: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}
