/**
 * A terminal with an interactive shell, into which blocks are pasted as a reader pastes them: with the shell's prompt, its
 * editing of lines, its history, its job control and its reading of words. `script` of util-linux, or of macOS, is the terminal.
 */
import { stripVTControlCharacters } from 'node:util';
import type { Dialect } from './session.ts';

export const terminalShells = ['bash', 'zsh'] as const;
export type TerminalShell = (typeof terminalShells)[number];

/** What the shell prints around a command, and as its prompt. In two pieces, as it prints also what it is given to read. */
const marks = { begin: 'lesson-begins', end: 'lesson-ended', prompt: 'lesson> ' };
const inTwo = (mark: string): string => `"${mark.slice(0, 3)}""${mark.slice(3)}"`;

/** Of several lines that are pasted together, $? is that of the last one: the traps remember one that failed before. */
const beginning: Readonly<Record<TerminalShell, string>> = {
  bash: [
    'unset HISTFILE',
    'stty columns 250',
    `PS0=${inTwo(marks.begin)}$'\\n'`,
    `trap 'lesson_failed=$?' ERR`,
    `PROMPT_COMMAND='lesson_last=$?; printf "\\n%s %d\\n" ${inTwo(marks.end)} "\${lesson_failed:-$lesson_last}"; lesson_failed='`,
    `PS1=${inTwo(marks.prompt)}`,
  ].join('; '),
  zsh: [
    'unset HISTFILE',
    'stty columns 250',
    'TRAPZERR() { lesson_failed=$? }',
    `preexec() { lesson_failed=0; print -r -- ${inTwo(marks.begin)} }`,
    `precmd() { printf "\\n%s %d\\n" ${inTwo(marks.end)} "\${lesson_failed:-1}" }`,
    `PS1=${inTwo(marks.prompt)}`,
  ].join('; '),
};

/** A paste, as terminals announce it to shells that request it; both do. */
const pasted = (text: string): string => `\u001B[200~${text}\u001B[201~`;

export function inTerminal(shell: TerminalShell, platform: NodeJS.Platform = process.platform): Dialect {
  // Without a reader's own settings.
  const program = shell === 'bash' ? ['bash', '--noprofile', '--norc', '-i'] : ['zsh', '-f', '-i'];
  const args =
    platform === 'darwin' ? ['-q', '/dev/null', ...program] : ['-qfe', '-c', program.join(' '), '/dev/null'];
  return {
    command: ['script', ...args],
    // In a terminal of another kind shells do not request that a paste is announced.
    env: { TERM: 'xterm-256color' },
    begin: `${beginning[shell]}\r`,
    isReady: (output) => promptsAfterEnd(output),
    input: (script) => `${pasted(script)}\r`,
    outcome(output) {
      if (!promptsAfterEnd(output)) return undefined;
      const begin = output.indexOf(marks.begin);
      const parts = readable(output.slice(begin < 0 ? 0 : begin)).split(/\nlesson-ended (\d+)\n/);
      // Text, exit code, text, exit code …, and the prompt.
      const codes = parts.filter((_part, index) => index % 2 === 1).map(Number);
      const texts = parts.filter((_part, index) => index % 2 === 0).slice(0, -1);
      return {
        output: texts.join('').replaceAll(`${marks.begin}\n`, ''),
        exitCode: codes.find((code) => code !== 0) ?? 0,
      };
    },
  };
}

/** Whether the shell takes commands again: its prompt comes after what it prints when a command has ended. */
function promptsAfterEnd(output: string): boolean {
  const end = output.lastIndexOf(marks.end);
  return end >= 0 && output.slice(end).includes(marks.prompt);
}

/** Without what moves the cursor or colours the text, and without zsh's mark behind a last line that has no end. */
const readable = (output: string): string =>
  stripVTControlCharacters(output)
    .replaceAll('\r\n', '\n')
    .replace(/[%#] +\r ?\r/g, '');
