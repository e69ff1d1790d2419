/**
 * What a block needs that a reader's machine may not have: options of the GNU tools, which macOS has not, programs that a
 * distribution brings and others do not, bash newer than macOS' 3.2, and comments, which zsh does not know at its prompt.
 */
import type { Commands, Lesson } from './lesson.ts';

/** A line each: `lessons/10-job/README.md:106: sed: …`. */
export function portabilityProblems({ file, steps, proof }: Lesson): string[] {
  // The runner works on macOS as well.
  const hidden = steps.flatMap(({ prepare, checks }) => [...prepare, ...checks]);
  const sabotages = proof.claims.map((claim) => claim.sabotage);
  return [...problemsIn(file, steps), ...problemsIn(proof.file, [...hidden, ...sabotages])];
}

function problemsIn(file: string, all: readonly Pick<Commands, 'line' | 'script'>[]): string[] {
  return all.flatMap(({ line, script }) => {
    const commands = onThisMachine(script);
    const found = rules.filter(([pattern]) => pattern.test(commands)).map(([, problem]) => problem);
    return found.map((problem) => `${file}:${line}: ${problem}`);
  });
}

/** The script without its here-documents, which no shell reads as commands. */
export const withoutHereDocuments = (script: string): string =>
  script.replace(/<<-?\s*(['"]?)(\w+)\1([^\n]*)\n[^]*?^\s*\2$/gm, '$3');

/** The script without what a container runs, whose tools are known, and without texts that are passed on. */
function onThisMachine(script: string): string {
  const quoted = String.raw`'[^']*'|"(?:[^"\\]|\\.)*"`;
  return (
    withoutHereDocuments(script)
      // What follows `kubectl exec … --`, `kubectl run … --`, and `docker exec NAME`.
      .replace(new RegExp(String.raw`\s--\s(?:${quoted}|[^'"|;&\n])*`, 'g'), ' ')
      .replace(new RegExp(String.raw`docker exec (?:${quoted}|[^'"|;&\n])*`, 'g'), 'docker exec ')
  );
}

/** At the beginning of a command. */
const command = (names: string, rest = ''): RegExp =>
  new RegExp(String.raw`(?:^|[|;&(]|\b(?:do|then|else|xargs)\b)\s*(?:${names})\b${rest}`, 'm');
/** One command's words up to an option. */
const words = String.raw`[^|;&\n]*?\s`;

const rules: readonly (readonly [pattern: RegExp, problem: string])[] = [
  [
    command(
      'getent|tac|shuf|nproc|free|ss|ip|watch|timeout|realpath|sha256sum|md5sum|numfmt|setsid|stat|factor',
    ),
    'a program that macOS has not, or has with other options',
  ],
  [command('jq|yq|perl|python3?|gawk|parallel|httpie'), 'a program that the lessons do not require'],
  [command('date', String.raw`${words}(?:-d|--date|-I|\+\S*%N)`), 'date: %N, -d and -I are GNU’s'],
  [
    command('xargs', String.raw`${words}(?:-r|-d|--no-run-if-empty|--delimiter)\b`),
    'xargs: -r and -d are GNU’s: while read',
  ],
  [command('sed', String.raw`${words}(?:-i|-r|-z|--\w)`), 'sed: -i, -r and -z differ or are GNU’s'],
  [
    /\bsed\b[^|\n]*?'s(.)(?:(?!\1)[^'])*\1[^'\n]*\\[nt][^'\n]*\1/,
    'sed: \\n and \\t in a replacement are GNU’s: awk',
  ],
  [
    /\b(?:sed|grep)\b(?![^|\n]*-E)[^|\n]*'[^'\n]*\\[+?|]/,
    'sed and grep: \\+, \\? and \\| are GNU’s: -E, or \\{1,\\}',
  ],
  [command('grep', String.raw`${words}(?:-\w*P|--perl-regexp|-\w*z)\b`), 'grep: -P and -z are GNU’s'],
  [command('head', String.raw`${words}-(?:n|c)\s*-`), 'head: a negative number is GNU’s'],
  [command('sort', String.raw`${words}-\w*[VhR]\b`), 'sort: -V, -h and -R are GNU’s'],
  [command('base64', String.raw`${words}(?:-w|--wrap)`), 'base64: -w is GNU’s: tr -d'],
  [command('readlink', String.raw`${words}-\w*[fem]`), 'readlink: -f is GNU’s'],
  [command('find', String.raw`${words}-(?:printf|regextype)`), 'find: -printf is GNU’s'],
  [
    command('cp|mv|rm|ls|mkdir|ln|touch|cut|wc|uniq|tr|head|tail|sort|seq', String.raw`${words}--\w`),
    'long options are GNU’s',
  ],
  [
    command('awk', String.raw`[^|\n]*\b(?:gensub|strftime|asort|systime|tolower\(\)|PROCINFO)\b`),
    'awk: a function of gawk',
  ],
  [command('openssl x509', String.raw`${words}-ext\b`), 'openssl: LibreSSL has no -ext'],
  [command('declare -A|mapfile|readarray|coproc|wait -n'), 'a builtin of a bash newer than 3.2'],
  [/\$\{\w+(?:,,?|\^\^?|@\w)\}|&>>|\|&|\$EPOCH/, 'an expansion of a bash newer than 3.2'],
  [command('echo', String.raw`\s+-e\b`), 'echo -e differs from shell to shell: printf'],
  // Quotes and words may hold it.
  [
    /^(?:[^'"#\n]|'[^']*'|"(?:[^"\\]|\\.)*"|(?<=\S)#)*(?<![^\s;])#/m,
    'a comment: zsh does not know any at its prompt',
  ],
];
