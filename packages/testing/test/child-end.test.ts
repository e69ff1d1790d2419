import { spawn } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { endOf } from '../src/child-end.ts';
import { eventually } from '../src/eventually.ts';

const run = (code: string) => spawn(process.execPath, ['-e', code], { stdio: ['pipe', 'ignore', 'pipe'] });

test('a wait ends with its process, and says why', async () => {
  const child = run('console.error("port 3201 is taken"); process.exitCode = 3');
  const never = eventually('it listens', () => false, { withinMs: 60_000, signal: endOf(child) });
  await expect(never).rejects.toThrow('The process ended with exit code 3. It said:\nport 3201 is taken\n');
});

test('a signal that ended it is named', async () => {
  const child = run('process.stdin.resume()');
  const end = endOf(child);
  expect(end.aborted).toBe(false);
  child.kill('SIGKILL');
  await eventually('it has ended', () => end.aborted);
  expect(end.reason).toEqual(new Error('The process ended by SIGKILL. It said:\n'));
});
