/** What a run looks like in a terminal: a table that fills in, or each command as it goes. */
import { styleText } from 'node:util';
import type { Verdict } from '@shop/testing/report';
import type { Lesson } from './lesson.ts';
import { nameOf, type LessonResult, type SabotageVerdict, type StepResult } from './result.ts';

export interface Screen {
  readonly write: (text: string) => void;
  /** Whether a line can be written over. */
  readonly live: boolean;
}

/** What a run reports as it goes. */
export interface Display {
  begin(lessons: readonly Lesson[]): void;
  lessonStarted(lesson: Lesson, prose: readonly string[]): void;
  step(lesson: Lesson, result: StepResult): void;
  lessonEnded(result: LessonResult): void;
}

const colours = {
  passed: 'green',
  failed: 'red',
  'not proven': 'yellow',
  noticed: 'green',
  'not noticed': 'red',
  'left behind': 'red',
} as const;
const verdictWidth = 11;
const coloured = (verdict: Verdict | SabotageVerdict, width = 0): string =>
  styleText(colours[verdict], verdict.padEnd(width));
const dim = (text: string): string => styleText('dim', text);
const indent = (text: string, by = '    '): string =>
  text
    .split('\n')
    .map((line) => `${by}${line}`.trimEnd())
    .join('\n');

const row = (number: string, id: string, verdict: string, seconds: string, title: string): string =>
  `${number.padStart(3)}  ${id.padEnd(13)} ${verdict} ${seconds.padStart(7)}  ${title}`;

/** A row per lesson: number, id, verdict, seconds, title; of a sabotaged one, what it then said in the title's place. */
export function tableDisplay({ write, live }: Screen): Display {
  const running = (lesson: Lesson, what: string) => {
    if (live)
      write(
        `\r\u001B[K${row(String(lesson.number), lesson.id, dim('…'.padEnd(verdictWidth)), '', dim(what))}`,
      );
  };
  return {
    begin: () => write(`${dim(row('', 'lesson', 'verdict'.padEnd(verdictWidth), 'seconds', 'concept'))}\n`),
    lessonStarted: (lesson) => running(lesson, lesson.title),
    step: (lesson, { number }) => running(lesson, `${lesson.title} (${number} of ${lesson.steps.length})`),
    lessonEnded: (result) => {
      const { number, verdict, seconds, title, noticed, problems } = result;
      const badge = coloured(noticed ?? verdict, verdictWidth);
      const says = noticed === 'noticed' ? problems.join(' · ') : title;
      const line = row(String(number), nameOf(result), badge, seconds.toFixed(1), says);
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
      // What readers do not see is said in a line, unless it is what failed.
      if ((result.kind === 'check' || result.kind === 'prepare') && result.problem === undefined) {
        write(`${dim(`✓ ${result.kind} of ${result.number} (${result.seconds.toFixed(1)} s)`)}\n`);
        return;
      }
      // No prompt before the commands: they can be copied from here, too.
      const label = result.kind === 'run' ? `▶ ${result.number}` : `▶ ${result.kind}`;
      write(`\n${dim(label)}\n${styleText('bold', result.script)}\n`);
      if (result.came !== '') write(`${result.came}\n`);
      const waited = result.attempts > 1 ? `, tried ${result.attempts} times` : '';
      const verdict =
        result.problem === undefined
          ? styleText('green', '✓ as expected')
          : styleText('red', `✗ ${result.problem}`);
      write(`${verdict} ${dim(`(${result.seconds.toFixed(1)} s${waited})`)}\n`);
    },
    lessonEnded: (result) =>
      write(
        `\n${coloured(result.noticed ?? result.verdict)} ${nameOf(result)} ${dim(`${result.seconds.toFixed(1)} s`)}\n${explain(result)}`,
      ),
  };
}

/** A failure: command, expected, came, and the cluster around it. Empty for a lesson that is as it should be. */
export function explain({
  verdict,
  noticed,
  problems,
  steps,
  surroundings,
  sabotage = '',
}: LessonResult): string {
  if (noticed === 'noticed' || (noticed === undefined && verdict === 'passed')) return '';
  const lines = problems.map((problem) => `     ${problem}`);
  if (noticed === 'not noticed' && problems.length === 0)
    lines.push('     no step after the sabotage failed', indent(sabotage, '       '));
  if (verdict === 'failed') {
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
