import { rules, type Rule } from './rules.ts';
import { textsOf } from './texts.ts';

/** A word in a file that docs/words.md keeps out. */
export interface Finding {
  readonly path: string;
  readonly line: number;
  readonly found: string;
  readonly rule: Rule;
}

/** History, the tables of the words themselves, and what is made of files that are checked. */
const notChecked = ['docs/decisions/', 'docs/words.md', 'scripts/words/', 'lessons/claims.md'];

/** Lessons whose text is still to be rewritten: the findings there may become fewer, never more. */
export const baseline: Readonly<Record<string, number>> = {};

/** @returns every word of one file that docs/words.md keeps out. Text in backticks is code. */
export function findingsOf(path: string, content: string): readonly Finding[] {
  if (notChecked.some((start) => path.startsWith(start))) return [];
  return textsOf(path, content).flatMap(({ line, text }) => {
    const prose = text.replace(/`[^`]*`/g, '``');
    return rules.flatMap((rule) => {
      const [found] = rule.pattern.exec(prose) ?? [];
      return found === undefined ? [] : [{ path, line, found, rule }];
    });
  });
}

/** @returns one line for each finding, and for each folder that has more or fewer than its baseline. */
export function problemsOf(
  findings: readonly Finding[],
  allowed: Readonly<Record<string, number>> = baseline,
): readonly string[] {
  const folders = Object.keys(allowed);
  const folderOf = ({ path }: Finding): string | undefined =>
    folders.find((folder) => path.startsWith(folder));
  const counts = Object.entries(allowed).flatMap(([folder, limit]) => {
    const count = findings.filter((finding) => folderOf(finding) === folder).length;
    if (count === limit) return [];
    const verdict = count > limit ? 'new text uses words that docs/words.md replaces' : 'lower the baseline';
    return [`${folder}: ${count} findings, ${limit} in scripts/words/check.ts: ${verdict}`];
  });
  const lines = findings
    .filter((finding) => folderOf(finding) === undefined)
    .map(({ path, line, found, rule }) => `${path}:${line}: "${found.trim()}": write ${rule.write}`);
  return [...lines, ...counts];
}
