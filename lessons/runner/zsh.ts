/** What zsh, the shell of macOS, reads in another way at its prompt than bash: a reader has either. */
import type { Lesson } from './lesson.ts';
import { withoutHereDocuments } from './portable.ts';

/** A line each. Comments: portable.ts. */
export function zshProblems({ file, steps }: Lesson): string[] {
  return steps.flatMap(({ line, script }) => {
    const words = unquoted(script);
    const found = rules.filter(([pattern]) => pattern.test(words)).map(([, problem]) => problem);
    if (echoesBackslash.test(withoutHereDocuments(script)))
      found.push('zsh: echo reads \\n and the like: printf');
    return found.map((problem) => `${file}:${line}: ${problem}`);
  });
}

const rules: readonly (readonly [pattern: RegExp, problem: string])[] = [
  [
    /[?*]|(?<=\S)\[|\[(?=\S)/,
    'zsh: a word with ?, * or [ that matches no file is an error, and the command is not run: quote it',
  ],
  [/(?<!\S)=(?=\S)/, 'zsh: a word that begins with = is the path of a program: quote it'],
  [
    /^\s*(?:status|path|cdpath|fpath|manpath|prompt|argv|pipestatus|commands|functions|aliases|options|words)=/m,
    'zsh: the variable has a meaning of its shell: another name',
  ],
];
const echoesBackslash = /(?:^|[|;&(]\s*)echo\b[^|;&\n]*\\/m;

/** The words that a shell expands: quoted ones are, for the rules above, one letter. Expansions of variables, too. */
const unquoted = (script: string): string =>
  withoutHereDocuments(script).replace(/'[^']*'|"(?:[^"\\]|\\.)*"|\\[^]|\$\{[^}]*\}|\$[?*#@!]/g, (text) =>
    text === '\\\n' ? ' ' : 'x',
  );
