/** What a run looks like in a terminal: a table that fills in, or each command as it goes. */
import { styleText } from 'node:util';
import type { Lesson } from './lesson.ts';
import type { LessonResult, StepResult, Verdict } from './result.ts';

export interface Screen {
  readonly write: (text: string) => void;
  /** Whether a line can be written over. */
  readonly live: boolean;
}

/** What a run tells as it goes. */
export interface Display {
  begin(lessons: readonly Lesson[]): void;
  lessonStarted(lesson: Lesson, prose: readonly string[]): void;
  step(lesson: Lesson, result: StepResult): void;
  lessonEnded(result: LessonResult): void;
}

const colours = { PASS: 'green', FAIL: 'red', 'NOT PROVEN': 'yellow' } as const;
const coloured = (verdict: Verdict, width = 0): string => styleText(colours[verdict], verdict.padEnd(width));
const dim = (text: string): string => styleText('dim', text);
const indent = (text: string, by = '    '): string =>
  text
    .split('\n')
    .map((line) => `${by}${line}`.trimEnd())
    .join('\n');

const row = (number: string, id: string, verdict: string, seconds: string, title: string): string =>
  `${number.padStart(3)}  ${id.padEnd(13)} ${verdict} ${seconds.padStart(7)}  ${title}`;

/** A row per lesson: number, id, verdict, seconds, title. */
export function tableDisplay({ write, live }: Screen): Display {
  const running = (lesson: Lesson, what: string) => {
    if (live) write(`\r\u001B[K${row(String(lesson.number), lesson.id, dim('…'.padEnd(10)), '', dim(what))}`);
  };
  return {
    begin: () => write(`${dim(row('', 'lesson', 'verdict   ', 'seconds', 'concept'))}\n`),
    lessonStarted: (lesson) => running(lesson, lesson.title),
    step: (lesson, { number }) => running(lesson, `${lesson.title} (${number} of ${lesson.steps.length})`),
    lessonEnded: (result) => {
      const { number, id, verdict, seconds, title } = result;
      const line = row(String(number), id, coloured(verdict, 10), seconds.toFixed(1), title);
      write(`${live ? '\r\u001B[K' : ''}${line}\n${explain(result)}`);
    },
  };
}

/** Prose, command, output and verdict, as in a class. */
export function followDisplay({ write }: Screen): Display {
  let prose: readonly string[] = [];
  return {
    begin: () => {},
    lessonStarted: (lesson, given) => {
      prose = given;
      write(`\n${styleText('bold', `══ ${lesson.number} · ${lesson.id} `.padEnd(78, '═'))}\n`);
    },
    step: (_lesson, result) => {
      const text = result.kind === 'run' ? (prose[result.number - 1] ?? '').trim() : '';
      if (text !== '') write(`\n${dim(text)}\n`);
      const prompt = result.kind === 'run' ? '$ ' : `(${result.kind}) $ `;
      write(`\n${styleText('bold', indent(result.script, prompt))}\n`);
      if (result.came !== '') write(`${result.came}\n`);
      const waited = result.attempts > 1 ? `, asked ${result.attempts} times` : '';
      const verdict =
        result.problem === undefined
          ? styleText('green', '✓ as expected')
          : styleText('red', `✗ ${result.problem}`);
      write(`${verdict} ${dim(`(${result.seconds.toFixed(1)} s${waited})`)}\n`);
    },
    lessonEnded: (result) =>
      write(
        `\n${coloured(result.verdict)} ${result.id} ${dim(`${result.seconds.toFixed(1)} s`)}\n${explain(result)}`,
      ),
  };
}

/** A failure: command, expected, came, and the cluster around it. Empty for a lesson that passed. */
export function explain({ verdict, problems, steps, surroundings }: LessonResult): string {
  if (verdict === 'PASS') return '';
  const lines = problems.map((problem) => `     ${problem}`);
  if (verdict === 'FAIL') {
    for (const { script, expected, came, problem, exitCode } of steps) {
      if (problem === undefined) continue;
      lines.push('     command', indent(script, '       '));
      if (expected !== undefined) lines.push('     expected', indent(expected, '       '));
      const code = exitCode === undefined ? '' : ` (exit code ${exitCode})`;
      lines.push(`     came${code}`, indent(came || '(nothing)', '       '));
    }
    if (surroundings !== undefined) lines.push('     the cluster then', dim(indent(surroundings, '       ')));
  }
  return `${lines.join('\n')}\n`;
}
