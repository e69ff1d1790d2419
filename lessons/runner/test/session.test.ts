import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually } from '@shop/testing/eventually';
import { Session } from '../session.ts';

const env = { PATH: process.env['PATH'] ?? '' };
const plenty = 20_000;
let session: Session;
const open = (signal?: AbortSignal) => new Session({ cwd: '/tmp', env, signal });
beforeEach(() => {
  session = open();
});
afterEach(() => session[Symbol.asyncDispose]());

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('a session', () => {
  test('gives what commands print, on both streams, in order', async () => {
    expect(await session.run('echo one\necho two >&2\necho three', plenty)).toEqual({
      output: 'one\ntwo\nthree\n',
      exitCode: 0,
    });
  });

  test('gives output without a line end as it is', async () => {
    expect(await session.run('printf x', plenty)).toEqual({ output: 'x', exitCode: 0 });
  });

  test('remembers variables, functions and the folder', async () => {
    await session.run('WORD="it\'s"; cd /; say() { echo "$1 $WORD"; }', plenty);
    expect((await session.run('say now; pwd', plenty)).output).toBe("now it's\n/\n");
  });

  test('has nothing of this process’s environment', async () => {
    process.env['LESSONS_SECRET'] = 'x';
    expect((await session.run('echo "[$LESSONS_SECRET]"', plenty)).output).toBe('[]\n');
    delete process.env['LESSONS_SECRET'];
  });

  test('gives commands nothing to read', async () => {
    expect(await session.run('cat; echo end', plenty)).toEqual({ output: 'end\n', exitCode: 0 });
  });

  test('takes documents within a block', async () => {
    expect((await session.run("cat <<'END'\n$HOME 'x'\nEND", plenty)).output).toBe("$HOME 'x'\n");
  });
});

describe('the exit code', () => {
  test.each<[string, string, number]>([
    ['is that of the only command', '(exit 3)', 3],
    ['is that of a command that failed before others', '(exit 4)\ntrue', 4],
    ['is not that of a condition', 'if false; then :; fi\nfalse || true', 0],
    ['is that of a list that ends early', 'false && true', 1],
    ['is that of an assignment', 'X=$(exit 5)\ntrue', 5],
    ['is there for what bash cannot read', 'if (', 2],
  ])('%s', async (_case, script, exitCode) => {
    expect((await session.run(script, plenty)).exitCode).toBe(exitCode);
    expect((await session.run('echo goes on', plenty)).output).toBe('goes on\n');
  });

  test('is none when the block ends the shell', async () => {
    expect(await session.run('echo a; exit 0', plenty)).toEqual({ output: 'a\n', ended: 'exited' });
    expect(await session.run('echo b', plenty)).toEqual({ output: '', ended: 'exited' });
  });
});

describe('a command that hangs', () => {
  test('is ended, with what it has started', async () => {
    const { output, ended } = await session.run('sleep 1000 & echo $!; sleep 1000', 500);
    expect(ended).toBe('hanging');
    await eventually('both are gone', () => !isAlive(Number(output)));
  });

  test('is ended when it does not want to be', async () => {
    const { output, ended } = await session.run(
      'bash -c \'trap "" TERM; echo $$; while :; do sleep 0.1; done\'',
      500,
    );
    expect(ended).toBe('hanging');
    expect(Number(output)).toBeGreaterThan(0);
    await eventually('it is gone', () => !isAlive(Number(output)));
  });

  test('ends at once when the run is interrupted', async () => {
    const stop = new AbortController();
    await using interrupted = open(stop.signal);
    const outcome = interrupted.run('sleep 1000', 1_000_000);
    stop.abort();
    expect(await outcome).toEqual({ output: '', ended: 'interrupted' });
  });
});

test('what a session has left in the background ends with it', async () => {
  const { output } = await session.run('sleep 1000 >/dev/null 2>&1 & echo $!', plenty);
  expect(isAlive(Number(output))).toBe(true);
  await session[Symbol.asyncDispose]();
  await eventually('it is gone', () => !isAlive(Number(output)));
});
