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

/** @returns one line for each finding. */
export const problemsOf = (findings: readonly Finding[]): readonly string[] =>
  findings.map(({ path, line, found, rule }) => `${path}:${line}: "${found.trim()}": write ${rule.write}`);
