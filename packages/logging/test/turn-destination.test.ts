import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { perTurn } from '../src/turn-destination.ts';

const endOfTurn = () => new Promise((resolve) => setImmediate(resolve));

describe('the lines of one turn of the event loop', () => {
  test('are written with one call, those of the next turn with another, in their order', async () => {
    const writes: string[] = [];
    const destination = perTurn({ write: (lines) => void writes.push(lines) });
    destination.write('one\n');
    await Promise.resolve();
    destination.write('two\n');
    expect(writes).toEqual([]);
    await endOfTurn();
    destination.write('three\n');
    await endOfTurn();
    expect(writes).toEqual(['one\ntwo\n', 'three\n']);
  });

  test('are written sooner when there are many', async () => {
    const writes: string[] = [];
    const destination = perTurn({ write: (lines) => void writes.push(lines) });
    const line = `${'x'.repeat(999)}\n`;
    for (let count = 0; count < 50; count += 1) destination.write(line);
    expect(writes.length).toBe(2);
    await endOfTurn();
    expect(writes.join('')).toBe(line.repeat(50));
  });
});

const messagesOf = (text: string): string[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as { msg: string }).msg);

describe('a process that ends in the middle of a turn', () => {
  let directory: string;
  beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'turn-destination-'))));
  afterEach(() => rmSync(directory, { recursive: true }));

  const program = new URL('fixtures/ends.ts', import.meta.url).pathname;
  test.each(['exit', 'throw', 'reject', 'return', 'exit-listener'])('by %s loses no line', (how) => {
    const path = join(directory, 'app.log');
    const toFile = spawnSync(process.execPath, [program, how, path], { encoding: 'utf8' });
    const toOutput = spawnSync(process.execPath, [program, how], { encoding: 'utf8' });
    const expected = how === 'exit-listener' ? ['one', 'two', 'last'] : ['one', 'two'];
    expect([toFile.stdout, messagesOf(readFileSync(path, 'utf8'))]).toEqual(['', expected]);
    expect(messagesOf(toOutput.stdout)).toEqual(expected);
    expect(toOutput.status).toBe({ throw: 1, reject: 1 }[how] ?? 0);
  });

  test('by SIGKILL has the fatal line, which is written at once', () => {
    const { stdout, signal } = spawnSync(process.execPath, [program, 'kill'], { encoding: 'utf8' });
    expect([signal, messagesOf(stdout)]).toEqual(['SIGKILL', ['one', 'two', 'fatal']]);
  });
});
