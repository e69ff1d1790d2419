import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { build } from '../build.ts';
import { CommandError } from '../run.ts';
import { failuresOf, planTasks, runTasks } from '../turbo.ts';

let folder: string;
let summary: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shop-turbo-'));
  summary = join(folder, 'summary.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Ran {
  readonly task: string;
  readonly folder?: string;
  readonly exitCode?: number;
  readonly isCached?: boolean;
}

/** A program that writes what turbo writes. */
function turbo(ran: readonly Ran[], lines: readonly (readonly [string, string])[] = [], more = ''): string {
  const file = join(folder, 'turbo.cjs');
  const tasks = ran.map(({ task, folder: directory = '', exitCode = 0, isCached = false }) => ({
    taskId: `${directory === '' ? '//' : directory}#${task}`,
    task,
    directory,
    cache: { status: isCached ? 'HIT' : 'MISS' },
    ...(isCached ? {} : { execution: { exitCode } }),
  }));
  writeFileSync(summary, JSON.stringify({ tasks }));
  const output = [...lines, ['turbo', `Summary:    ${summary}`] as const].map(([source, text]) =>
    JSON.stringify({ source, level: 'info', text }),
  );
  const code = Math.max(0, ...ran.map(({ exitCode = 0 }) => exitCode));
  writeFileSync(
    file,
    `console.log(${JSON.stringify(output.join('\n'))}); ${more}; process.exitCode = ${code};`,
  );
  return file;
}

describe('runTasks', () => {
  test('says of each task whether it passed, whether it was cached, and what it wrote', async () => {
    const program = turbo(
      [
        { task: 'lint', folder: 'apps/user', exitCode: 1 },
        { task: 'lint', folder: 'apps/product', isCached: true },
        { task: 'words' },
      ],
      [
        ['turbo', '• turbo 2.11.11'],
        ['apps/user#lint', 'cache miss, executing 1234'],
        ['apps/user#lint', 'a.ts:1: no'],
        ['//#words', 'fine'],
        ['apps/user#lint', 'b.ts:2: no'],
      ],
    );
    const lines: string[] = [];
    const tasks = await runTasks(['lint'], { program, onLine: (line) => lines.push(line) });
    expect(lines).toEqual(['a.ts:1: no', 'fine', 'b.ts:2: no']);
    expect(tasks).toEqual([
      {
        name: 'lint',
        folder: 'apps/user',
        hasPassed: false,
        isCached: false,
        output: 'a.ts:1: no\nb.ts:2: no',
      },
      { name: 'lint', folder: 'apps/product', hasPassed: true, isCached: true, output: '' },
      { name: 'words', folder: '', hasPassed: true, isCached: false, output: 'fine' },
    ]);
    expect(failuresOf(tasks)).toBe('apps/user: lint failed\na.ts:1: no\nb.ts:2: no\n');
    expect(existsSync(summary)).toBe(false);
  });

  test('sends nothing: telemetry, the look for newer versions and remote caches are off', async () => {
    const seen = join(folder, 'seen');
    const write = `require('fs').writeFileSync(${JSON.stringify(seen)}, JSON.stringify([process.argv, process.env]))`;
    await runTasks(['build'], { program: turbo([], [], write), force: true, concurrency: 3 });
    const [argv, env] = JSON.parse(readFileSync(seen, 'utf8')) as [string[], Record<string, string>];
    expect(env).toMatchObject({
      TURBO_TELEMETRY_DISABLED: '1',
      DO_NOT_TRACK: '1',
      TURBO_NO_UPDATE_NOTIFIER: '1',
    });
    expect(argv.slice(2)).toEqual(
      expect.arrayContaining(['run', 'build', '--cache=local:w', '--concurrency=3']),
    );
  });

  test('fails with the words of turbo where turbo itself fails', async () => {
    const program = join(folder, 'turbo.cjs');
    writeFileSync(program, "console.error('Could not find task `nope` in project'); process.exit(1)");
    const failure = runTasks(['nope'], { program });
    await expect(failure).rejects.toThrow(CommandError);
    await expect(failure).rejects.toMatchObject({ output: 'Could not find task `nope` in project' });
  });

  test('fails where turbo says that all is well, but not of what', async () => {
    const program = join(folder, 'turbo.cjs');
    writeFileSync(program, '');
    await expect(runTasks(['build'], { program })).rejects.toThrow(CommandError);
  });
});

test('a build that fails says what the compiler said', async () => {
  const program = turbo(
    [{ task: 'build', folder: 'apps/user', exitCode: 2 }],
    [['apps/user#build', 'src/app.ts(1,1): error TS1005']],
  );
  await expect(build(program)).rejects.toMatchObject({
    output: 'apps/user: build failed\nsrc/app.ts(1,1): error TS1005\n'.trim(),
  });
  await expect(build(turbo([{ task: 'build', folder: 'apps/user' }]))).resolves.toBeUndefined();
});

test('planTasks says of each task what it depends on, as a hash, and whether its result is there', async () => {
  const program = join(folder, 'plan.cjs');
  const tasks = [
    {
      taskId: 'a#lint',
      task: 'lint',
      directory: 'apps/a',
      hash: '12',
      command: 'a',
      cache: { status: 'HIT' },
    },
    { taskId: '//#words', task: 'words', directory: '', hash: '34', command: 'b', cache: { status: 'MISS' } },
  ];
  // What turbo says of itself comes first.
  writeFileSync(program, `console.log('turbo 2\\n' + ${JSON.stringify(JSON.stringify({ tasks }))})`);
  expect(await planTasks(['lint', 'words'], { program })).toEqual([
    { name: 'lint', folder: 'apps/a', hash: '12', command: 'a', isCached: true },
    { name: 'words', folder: '', hash: '34', command: 'b', isCached: false },
  ]);
});
