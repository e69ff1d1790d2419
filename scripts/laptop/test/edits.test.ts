import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { eventually } from '@shop/testing/eventually';
import { Compiler } from '../../dev/compiler.ts';
import { FixtureRepository } from '../../dev/test/fixture-repository.ts';
import { restartEdited } from '../edits.ts';
import { choosePorts } from '../ports.ts';
import { Supervisor } from '../supervisor.ts';
import { Recorder } from './fixtures/recorder.ts';

// A compiler and programs are started, and a machine may be busy.
jest.setTimeout(60_000);

describe('npm run dev', () => {
  const repository = new FixtureRepository();
  const output = new Recorder();
  const ending = new AbortController();
  let supervisor: Supervisor;
  let ports: { a: number; b: number };
  let following: Promise<void>;

  beforeAll(async () => {
    const { errors } = await new Compiler(repository.root, ['apps/a', 'apps/b'], []).compile();
    if (errors !== '') throw new Error(errors);
    ports = await choosePorts({ a: 0, b: 0 });
    const programs = (['a', 'b'] as const).map((app) => ({
      name: app,
      app,
      args: [join(repository.root, 'apps', app, 'dist/main.js')],
      env: { PORT: String(ports[app]) },
      readyUrl: `http://127.0.0.1:${ports[app]}/`,
    }));
    supervisor = new Supervisor([programs], output, {
      readyWithinMs: 30_000,
      endWithinMs: 10_000,
      failedStartWaits: true,
    });
    await supervisor.start();
    const edited = programs.map(({ name, app }) => ({ app, program: supervisor.program(name) }));
    following = restartEdited(repository.root, edited, output, ending.signal);
    // This edit is seen by the first compilation or after it; the tests begin when it is over.
    repository.write('apps/b/src/unused.ts', 'export const unused = 0;\n');
    await eventually('the edits are followed', () =>
      output.remarks.some((text) => /unused\.ts: /.test(text)),
    );
  });
  afterAll(async () => {
    ending.abort();
    await following;
    await supervisor.stop();
    repository[Symbol.dispose]();
  });

  const pids = () => Object.fromEntries(supervisor.status.map(({ name, pid }) => [name, pid]));
  const shown = async (app: 'a' | 'b') => {
    const response = await fetch(`http://127.0.0.1:${ports[app]}/`);
    return response.text();
  };
  /** Waits for a line, in what is printed after `begin`. */
  async function said(pattern: RegExp, begin: number): Promise<string> {
    return eventually(
      `it says ${pattern}`,
      () => output.remarks.slice(begin).find((text) => pattern.test(text)),
      { withinMs: 40_000 },
    );
  }

  test('an edit of an app starts that program again and no other', async () => {
    const [before, begin] = [pids(), output.remarks.length];
    repository.write('apps/a/src/name.ts', `export const name = 'edited';\n`);
    const line = await said(/live in/, begin);
    expect(line).toMatch(/^dev: apps\/a\/src\/name\.ts: live in a after \d+\.\d\d s$/);
    expect(await shown('a')).toBe('first of edited');
    expect(pids()).toEqual({ a: expect.any(Number), b: before['b'] });
    expect(pids()['a']).not.toBe(before['a']);
    expect(supervisor.status.map(({ restarts }) => restarts)).toEqual([0, 0]);
  });

  test('an edit of a package starts the programs that depend on it', async () => {
    const [before, begin] = [pids(), output.remarks.length];
    repository.write('packages/words/src/index.ts', `export const word = 'second';\n`);
    expect(await said(/live in/, begin)).toMatch(/packages\/words\/src\/index\.ts: live in a after/);
    expect(await shown('a')).toMatch(/^second of/);
    expect(pids()['b']).toBe(before['b']);
  });

  test('an error is shown and the old version runs on, also after a crash; then the corrected one runs', async () => {
    const [before, begin] = [pids(), output.remarks.length];
    const was = await shown('a');
    repository.write(
      'packages/words/src/index.ts',
      `export const word = 3;\nexport const wrong: string = 4;\n`,
    );
    await said(/packages\/words\/src\/index\.ts\(2,14\): error TS2322/, begin);
    expect(output.remarks.slice(begin)[0]).toBe(
      'dev: packages/words/src/index.ts: it does not compile, so the old version runs on',
    );
    expect(pids()).toEqual(before);
    supervisor.program('a').kill();
    await eventually(
      'a is ready again',
      () => supervisor.status[0]?.restarts === 1 && supervisor.status[0].state === 'ready',
    );
    expect(await shown('a')).toBe(was);
    repository.write('packages/words/src/index.ts', `export const word = 'fourth';\n`);
    await said(/live in a after/, begin);
    expect(await shown('a')).toMatch(/^fourth of/);
  });

  test('a new file takes effect, and a deleted one too', async () => {
    let begin = output.remarks.length;
    repository.write('apps/a/src/new/route.ts', `export const route = 'new route';\n`);
    repository.write('apps/a/src/name.ts', `export { route as name } from './new/route.ts';\n`);
    await eventually('the new route is there', async () => (await shown('a')).endsWith('of new route'));

    begin = output.remarks.length;
    repository.delete('apps/a/src/new');
    await said(/error TS\d+: Cannot find module '\.\/new\/route\.ts'/, begin);
    expect(await shown('a')).toMatch(/of new route$/);
    repository.write('apps/a/src/name.ts', `export const name = 'without it';\n`);
    await eventually('it is gone', async () => (await shown('a')).endsWith('of without it'));
    expect(existsSync(join(repository.root, 'apps/a/dist/new/route.js'))).toBe(false);
  });

  test('a crash at the start is said, and the next edit tries again', async () => {
    let begin = output.remarks.length;
    repository.write('apps/b/src/unused.ts', `throw new Error('at the start');\n`);
    repository.write('apps/b/src/main.ts', `import './unused.ts';\n`);
    await said(/^b: Error: at the start/, begin);
    await said(/^b: ended with exit code 1; it is started again after the next edit/, begin);
    await said(/^dev: .*: b ended before it was ready; the next edit starts it again/, begin);

    begin = output.remarks.length;
    repository.write(
      'apps/b/src/main.ts',
      `process.getBuiltinModule('node:http').createServer((_request, response) => void response.end('b again'))
  .listen(Number(process.env['PORT']), '127.0.0.1');\n`,
    );
    await said(/live in b after/, begin);
    expect(await shown('b')).toBe('b again');
  });

  test('an edit that changes no compiled code starts nothing again', async () => {
    const [before, begin] = [pids(), output.remarks.length];
    repository.write('packages/words/src/types.ts', 'export interface Word {}\n');
    await said(/live in a/, begin);
    const [after, later] = [pids(), output.remarks.length];
    expect(after['b']).toBe(before['b']);
    repository.write('packages/words/src/types.ts', 'export interface Word { readonly text: string }\n');
    expect(await said(/^dev: /, later)).toMatch(/the compiled code is the same, so nothing is started again/);
    expect(pids()).toEqual(after);
  });

  test('other dependencies start every program again', async () => {
    const [before, begin] = [pids(), output.remarks.length];
    repository.write('package-lock.json', '{ "lockfileVersion": 3 }');
    expect(await said(/live in/, begin)).toMatch(/package-lock\.json: live in a, b after/);
    expect(Object.values(pids())).not.toContain(before['a']);
    expect(Object.values(pids())).not.toContain(before['b']);
  });

  test('a program that was stopped stays so', async () => {
    await supervisor.program('a').stop();
    const begin = output.remarks.length;
    repository.write('packages/words/src/index.ts', `export const word = 'last';\n`);
    await said(/packages\/words\/src\/index\.ts: compiled$/, begin);
    expect(supervisor.status[0]?.state).toBe('stopped');
    await supervisor.program('a').start();
    expect(await shown('a')).toMatch(/^last of/);
  });
});
