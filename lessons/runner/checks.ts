/** What can be wrong with a page without a cluster. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Lesson, Step } from './lesson.ts';

/** Why a block would do something else in a reader's terminal than in the runner's shell; a line each. */
export function pasteProblems({ file, steps }: Lesson): string[] {
  const unreadable = unreadableBy('bash', steps);
  return steps.flatMap((step, index) => {
    const found = rules.filter(([pattern]) => pattern.test(step.script)).map(([, problem]) => problem);
    const complaint = unreadable[index] ?? '';
    const all = complaint === '' ? found : [...found, `bash cannot read it: ${complaint}`];
    return all.map((problem) => `${file}:${step.line}: ${problem}`);
  });
}

const rules: readonly (readonly [pattern: RegExp, problem: string])[] = [
  [/^[ \t]*[$>%] /m, 'a prompt would be pasted with the command'],
  [/\t/, 'a tab is completed by a terminal, not pasted'],
  [/^[ \t]*(exit|exec|logout)\b/m, 'it would close the terminal'],
  [/^[ \t]*set -/m, 'it would change the terminal for good'],
  // Within single quotes it is only a character.
  [/^(?:[^']|'[^']*')*?![^\s=(]/, 'a terminal takes ! for a command of its history'],
  [/^[ \t]*read\b/m, 'it would wait for the keyboard'],
  [/\u00A0|[“”‘’–]/, 'a character that only looks like a blank, a quote or a dash'],
  [/--context\b/, 'the context is chosen once, before the lessons'],
];

/** What does something else the second time. */
const changesOnce = (command: string): boolean =>
  /^ *kubectl\b.* (?:create|delete|run|expose|autoscale) /.test(command) &&
  !/ auth can-i |--dry-run|--ignore-not-found/.test(command);

/** Blocks that are run again until their output is as expected, and would then fail for having run before; a line each. */
export function repeatProblems({ file, steps }: Lesson): string[] {
  return steps
    .filter(
      ({ withinMs, mustFail, script }) =>
        withinMs !== undefined && !mustFail && script.split('\n').some(changesOnce),
    )
    .map(
      ({ line }) =>
        `${file}:${line}: what waits may be repeated, so it cannot create or delete: split the block`,
    );
}

/**
 * Reads the scripts with this shell, which runs none of them. One shell starts those that read: to start them from here takes ten
 * times as long, for the size of this process.
 * @returns what it complains of, for each script; nothing where it can read it.
 */
function unreadableBy(shell: string, steps: readonly Pick<Step, 'script'>[]): string[] {
  const read = `for script; do said=$(${shell} -n <<<"$script" 2>&1) && said=; printf '%s\\0' "$said"; done`;
  const scripts = steps.map(({ script }) => script);
  const { stdout, error } = spawnSync('bash', ['-c', read, shell, ...scripts], { encoding: 'utf8' });
  if (error) throw error;
  return stdout.split('\0').slice(0, -1);
}

/** Files that commands name and that are not there; a line each. */
export function fileProblems(root: string, { file, steps }: Lesson): string[] {
  return steps.flatMap(({ line, script }) =>
    [...script.matchAll(/(?<![\w/.-])((?:lessons|k8s|apps|packages|scripts)\/[\w./-]+)/g)]
      .map(([, path = '']) => path)
      .filter((path) => !existsSync(join(root, path)))
      .map((path) => `${file}:${line}: there is no ${path}`),
  );
}
