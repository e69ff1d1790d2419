/** A translation of a page is a whole page, whose commands and output are the same. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { translationFile, type Language, type Lesson, type Step } from './lesson.ts';
import { readBody } from './page.ts';

export interface Translation {
  /** As in the lesson: one more than there are steps. */
  readonly prose: readonly string[];
  /** All that is wrong with it; a line each. */
  readonly problems: readonly string[];
}

/** Reads a translation. Its blocks have to be those of the lesson, so that readers of both languages see the same. */
export function readTranslation(lesson: Lesson, file: string, markdown: string): Translation {
  const { blocks, prose, problems } = readBody(file, markdown);
  if (blocks.length !== lesson.steps.length)
    problems.push(
      `${file}: ${blocks.length} blocks of commands, and ${lesson.file} has ${lesson.steps.length}`,
    );
  for (const [index, block] of blocks.entries()) {
    const original = lesson.steps[index];
    if (original === undefined) break;
    for (const part of ['name', 'script', 'expected'] as const)
      if (block[part] !== original[part])
        problems.push(`${file}:${block.line}: its ${part} is not that of ${lesson.file}:${original.line}`);
  }
  return { prose, problems };
}

/** The page in one language; in English where it has no other page, or one that lags and has other blocks. */
export function pageIn(
  root: string,
  lesson: Lesson,
  language: Language,
): { readonly file: string; readonly title: string; readonly prose: readonly string[] } {
  const { title, prose } = lesson;
  const english = { file: lesson.file, title, prose };
  const file = translationFile(lesson.file, language);
  if (language === 'en' || !existsSync(join(root, file))) return english;
  const translated = readBody(file, readFileSync(join(root, file), 'utf8'));
  if (translated.prose.length !== prose.length) return english;
  return { file, title: translated.title ?? title, prose: translated.prose };
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
