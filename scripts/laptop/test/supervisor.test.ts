import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { eventually } from '@shop/testing/eventually';
import { choosePorts } from '../ports.ts';
import type { Program } from '../program.ts';
import { NotReadyError } from '../supervised.ts';
import { Supervisor, UnknownProgramError } from '../supervisor.ts';
import { fixtureProgram } from './fixtures/fixture-program.ts';
import { Recorder } from './fixtures/recorder.ts';

// Starting programs takes a while on a busy machine.
jest.setTimeout(30_000);

describe('the supervisor', () => {
  let output: Recorder;
  let ports: { a: number; b: number; c: number };
  const started: Supervisor[] = [];

  function supervise(
    stages: readonly (readonly Program[])[],
    timing: { readyWithinMs?: number; endWithinMs?: number } = {},
  ) {
    const supervisor = new Supervisor(stages, output, {
      readyWithinMs: 10_000,
      endWithinMs: 5_000,
      ...timing,
    });
    started.push(supervisor);
    return supervisor;
  }

  beforeEach(async () => {
    output = new Recorder();
    ports = await choosePorts({ a: 0, b: 0, c: 0 });
  });
  afterEach(async () => {
    await Promise.all(started.splice(0).map((supervisor) => supervisor.stop()));
  });

  test('starts every program and waits until all are ready', async () => {
    const supervisor = supervise([[fixtureProgram('a', ports.a)], [fixtureProgram('b', ports.b)]]);
    expect(supervisor.status.map(({ state }) => state)).toEqual(['stopped', 'stopped']);
    await supervisor.start();
    expect(supervisor.status).toEqual([
      { name: 'a', state: 'ready', restarts: 0, pid: expect.any(Number) },
      { name: 'b', state: 'ready', restarts: 0, pid: expect.any(Number) },
    ]);
    const answer = await fetch(`http://127.0.0.1:${ports.b}/`);
    expect(answer.status).toBe(200);
  });

  test('stops stage by stage, the first stage first', async () => {
    const supervisor = supervise([
      [fixtureProgram('door', ports.a)],
      [fixtureProgram('service', ports.b)],
      [fixtureProgram('proxy', ports.c)],
    ]);
    await supervisor.start();
    await supervisor.stop();
    expect(output.writersOf('SIGTERM')).toEqual(['door', 'service', 'proxy']);
    expect(supervisor.status.map(({ state }) => state)).toEqual(['stopped', 'stopped', 'stopped']);
    await expect(fetch(`http://127.0.0.1:${ports.a}/`)).rejects.toThrow('fetch failed');
  });

  test('starts a crashed program again, and leaves the others alone', async () => {
    const supervisor = supervise([[fixtureProgram('a', ports.a), fixtureProgram('b', ports.b)]]);
    await supervisor.start();
    const [a, b] = supervisor.status;
    expect(supervisor.program('a').kill()).toBe(a?.pid);
    const again = await eventually('a is ready again', () =>
      supervisor.status.find(
        ({ name, state, restarts }) => name === 'a' && state === 'ready' && restarts === 1,
      ),
    );
    expect(again.pid).not.toBe(a?.pid);
    expect(supervisor.status[1]).toEqual(b);
    expect(output.remarks).toContain('a: was ended by SIGKILL; it is started again at once');
  });

  test('a program scaled to 0 stays stopped until it is scaled to 1', async () => {
    const supervisor = supervise([[fixtureProgram('a', ports.a)]]);
    await supervisor.start();
    const program = supervisor.program('a');
    await program.stop();
    expect(program.status).toEqual({ name: 'a', state: 'stopped', restarts: 0 });
    expect(program.kill()).toBeUndefined();
    await program.start();
    expect(program.status.state).toBe('ready');
    expect(output.writersOf('listening')).toEqual(['a', 'a']);
  });

  test('a start in the middle of a stop takes effect after it', async () => {
    const program = supervise([[fixtureProgram('a', ports.a)]]).program('a');
    await program.start();
    const stopped = program.stop();
    await program.start();
    await stopped;
    expect(program.status.state).toBe('ready');
    expect(output.writersOf('SIGTERM')).toEqual(['a']);
  });

  test('a program that ends before it is ready fails the start with its own words, and is tried again', async () => {
    const supervisor = supervise([[fixtureProgram('a', ports.a, 'crash')]]);
    const error = await supervisor.start().catch((error: unknown) => error);
    expect(error).toBeInstanceOf(NotReadyError);
    expect((error as NotReadyError).message).toBe('a ended before it was ready');
    expect((error as NotReadyError).lines).toEqual(['PORT: must be a port number']);
    await eventually('it is tried three times', () => (supervisor.status[0]?.restarts ?? 0) >= 3);
    expect(output.remarks.filter((remark) => remark.includes('started again'))).toEqual([
      'a: ended with exit code 1; it is started again at once',
      'a: ended with exit code 1; it is started again in 0.5 s',
      'a: ended with exit code 1; it is started again in 1 s',
    ]);
  });

  test('a program that never becomes ready fails the start with what /readyz says', async () => {
    const supervisor = supervise([[fixtureProgram('a', ports.a, 'never-ready')]], { readyWithinMs: 3_000 });
    await expect(supervisor.start()).rejects.toThrow(
      `a was not ready within 3 s (http://127.0.0.1:${ports.a}/readyz answers 503 {"database":"no response"})`,
    );
    expect(supervisor.status[0]?.state).toBe('starting');
  });

  test('a program that ignores SIGTERM is killed', async () => {
    const supervisor = supervise([[fixtureProgram('a', ports.a, 'stubborn')]], { endWithinMs: 300 });
    await supervisor.start();
    await supervisor.stop();
    expect(output.writersOf('SIGTERM')).toEqual(['a']);
    expect(output.remarks).toEqual(['a: did not end within 0.3 s of SIGTERM; SIGKILL']);
    expect(supervisor.status).toEqual([{ name: 'a', state: 'stopped', restarts: 0 }]);
  });

  test('a stop also ends the wait of the back-off', async () => {
    const supervisor = supervise([[fixtureProgram('a', ports.a, 'crash')]]);
    await supervisor.start().catch(() => undefined);
    await eventually('it waits 2 s for its fourth restart', () =>
      output.remarks.some((remark) => remark.endsWith('in 2 s')),
    );
    // In the same event loop, so a busy machine delays both.
    const later = new AbortController();
    const pause = sleep(1_500, 'later', { signal: later.signal }).catch(() => 'later');
    expect(await Promise.race([supervisor.stop().then(() => 'stopped'), pause])).toBe('stopped');
    later.abort();
    expect(supervisor.status[0]?.state).toBe('stopped');
  });

  test('records arrive whole and unchanged, and the last ones are kept', async () => {
    const supervisor = supervise([
      [fixtureProgram('a', ports.a, 'talkative'), fixtureProgram('b', ports.b, 'talkative')],
    ]);
    await supervisor.start();
    // A program can answer before all that it wrote has been read.
    const texts = await eventually('all lines are there', () => {
      const found = output.records.filter(({ line }) => line.includes('한국어'));
      return (
        found.length >= 400 && supervisor.program('a').recentLines.at(-1)?.includes('listening') && found
      );
    });
    expect(texts).toHaveLength(400);
    const fromA = texts
      .filter(({ program }) => program === 'a')
      .map(({ line }) => JSON.parse(line) as { i: number });
    expect(fromA.map(({ i }) => i)).toEqual(Array.from({ length: 200 }, (_, i) => i));
    expect(fromA[0]).toEqual({ app: 'a', msg: '한국어 \u2028 text', i: 0, filling: 'x'.repeat(2_000) });
    expect(supervisor.program('a').recentLines).toHaveLength(60);
    expect(supervisor.program('a').recentLines.at(-1)).toContain('listening');
  });

  test('an unknown program is refused by name', () => {
    const supervisor = supervise([[fixtureProgram('a', ports.a), fixtureProgram('b', ports.b)]]);
    expect(() => supervisor.program('c')).toThrow(UnknownProgramError);
    expect(() => supervisor.program('c')).toThrow('There is no program "c". There are: a, b.');
  });
});
