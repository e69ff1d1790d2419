import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, test } from '@jest/globals';
import { eventually } from '@shop/testing/eventually';
import { spawnTied } from '../run.ts';

const module = JSON.stringify(import.meta.resolve('../run.ts'));
/** Prints its process id, and goes on. */
const endless = ['--eval', 'console.log(process.pid); setInterval(() => {}, 1e6)'];

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  const [line] = (await once(createInterface({ input: stream }), 'line')) as [string];
  return line;
}

test('it ends with the program that has started it, though that is killed', async () => {
  const code = `
    const { spawnTied } = await import(${module});
    spawnTied(process.execPath, ${JSON.stringify(endless)}).stdout.pipe(process.stdout);
    setInterval(() => {}, 1e6);`;
  const parent = spawn(process.execPath, ['--input-type=module', '--eval', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pid = Number(await firstLine(parent.stdout));
  expect(isAlive(pid)).toBe(true);
  const exit = once(parent, 'exit');
  parent.kill('SIGKILL');
  await exit;
  await eventually('it has ended', () => !isAlive(pid));
});

test('it ends when its standard input is ended', async () => {
  const child = spawnTied(process.execPath, endless);
  const pid = Number(await firstLine(child.stdout));
  const closed = once(child, 'close');
  child.stdin.end();
  await closed;
  expect(isAlive(pid)).toBe(false);
});

test('what ends by itself does so with its own exit code and output', async () => {
  const child = spawnTied(process.execPath, ['--eval', 'console.log("a b"); process.exitCode = 3']);
  const [line, [code]] = await Promise.all([firstLine(child.stdout), once(child, 'close')]);
  expect([line, code]).toEqual(['a b', 3]);
});

test('a program that is not there fails, and is said', async () => {
  const child = spawnTied('no-such-program', []);
  const [line, [code]] = await Promise.all([firstLine(child.stderr), once(child, 'close')]);
  expect(line).toContain('no-such-program');
  expect(code).toBe(127);
});
