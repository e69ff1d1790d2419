/** Counts the commands in view of pages: how many are a person's, and how many only a program would write. */
import { blocksOf, withLineFeeds } from './markdown.ts';
import { lineProblems } from './page-rules.ts';

/** Lines of commands that the pages show. */
export interface CommandCount {
  readonly pages: number;
  readonly lines: number;
  readonly kubectl: number;
  /** Longer than 100 characters. */
  readonly long: number;
  /** With jsonpath, go-template or custom-columns. */
  readonly templates: number;
  /** With a program of another language, awk or several commands of `sh -c`. */
  readonly programs: number;
  /** Functions, loops, branches and what only a test needs. */
  readonly scripting: number;
}

/** @param pages the Markdown of each page; its blocks ```bash are counted. */
export function countCommands(pages: readonly string[]): CommandCount {
  const lines = pages.flatMap((page) =>
    blocksOf(withLineFeeds(page)).flatMap((block) =>
      block.kind === 'fence' && /^bash\b/.test(block.info) ? block.text.split('\n') : [],
    ),
  );
  const kinds = lines.map((line) => lineProblems(line).map(({ kind }) => kind));
  const having = (kind: string): number => kinds.filter((found) => found.some((one) => one === kind)).length;
  return {
    pages: pages.length,
    lines: lines.length,
    kubectl: lines.filter((line) => /\bkubectl\b/.test(line)).length,
    long: having('long'),
    templates: having('template'),
    programs: having('program'),
    scripting: having('scripting'),
  };
}

export const inWords = (count: CommandCount): string =>
  `${count.pages} pages, ${count.lines} lines of commands, ${count.kubectl} of kubectl; longer than 100 characters: ` +
  `${count.long}; templates: ${count.templates}; programs in quotes: ${count.programs}; ` +
  `functions, loops and what only a test needs: ${count.scripting}`;
