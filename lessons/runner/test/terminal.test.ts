import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findProgram, requiresProgram } from '@shop/testing/programs';
import { Session } from '../session.ts';
import { inTerminal, terminalShells, type TerminalShell } from '../terminal.ts';

const plenty = 20_000;
const isThere = (shell: TerminalShell): boolean =>
  ['script', shell].every(
    (program) => findProgram(program, process.env) !== undefined || requiresProgram(program, process.env),
  );

describe.each(terminalShells.map((shell) => [shell, isThere(shell) ? describe : describe.skip] as const))(
  'pasted into an interactive %s (without script of util-linux and the shell: not run)',
  (shell, describeThere) => {
    describeThere('a block', () => {
      let terminal: Session;
      beforeAll(() => {
        const env = { PATH: process.env['PATH'] ?? '', TERM: 'dumb', LANG: 'C.UTF-8' };
        terminal = new Session({ cwd: '/tmp', env, dialect: inTerminal(shell) });
      });
      afterAll(() => terminal?.[Symbol.asyncDispose]());

      test.each([
        [
          'prints what its lines print',
          'echo one\necho two >&2; X="it\'s"\necho "$X"',
          "one\ntwo\nit's\n",
          0,
        ],
        ['knows what the block before has set', 'echo "$X"', "it's\n", 0],
        ['may end without a line end', 'printf x', 'x', 0],
        ['continues a line', 'echo a \\\n  b |\n  tr a z', 'z b\n', 0],
        ['takes documents', "cat <<'END'\nkind: [a]\nEND", 'kind: [a]\n', 0],
        ['fails when one of its lines fails', '(exit 3)\necho after', 'after\n', 3],
        ['is at a terminal', 'test -t 0 && test -t 1 && echo terminal', 'terminal\n', 0],
      ])('%s', async (_what, script, output, exitCode) => {
        expect(await terminal.run(script, plenty)).toEqual({ output, exitCode });
      });

      test('does with a word that matches no file what its shell does', async () => {
        const { output } = await terminal.run('echo http://localhost/?a', plenty);
        expect(output).toBe(
          shell === 'bash' ? 'http://localhost/?a\n' : 'zsh: no matches found: http://localhost/?a\n',
        );
      });
    });
  },
);

test('on macOS `script` takes its arguments in another order', () => {
  expect(inTerminal('zsh', 'darwin').command).toEqual(['script', '-q', '/dev/null', 'zsh', '-f', '-i']);
});
