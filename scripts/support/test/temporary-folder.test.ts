import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from '@jest/globals';
import { eventually } from '@shop/testing/eventually';
import { temporaryFolder } from '../temporary-folder.ts';

const module = JSON.stringify(import.meta.resolve('../temporary-folder.ts'));

/** Starts a program that has a folder with a file in it. @returns how it ends, and the folder's path. */
async function withFolder(then: string) {
  const code = `
    import { writeFileSync } from 'node:fs';
    const { temporaryFolder } = await import(${module});
    const folder = temporaryFolder('test of a folder-');
    writeFileSync(folder.path + '/file', '');
    console.log(folder.path);
    ${then}`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  const [path] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { child, exit, path };
}

test('it is closed to other users, and goes with all that is in it', () => {
  const folder = temporaryFolder('test-');
  expect(statSync(folder.path).mode & 0o777).toBe(0o700);
  writeFileSync(join(folder.path, 'file'), '');
  folder[Symbol.dispose]();
  expect(existsSync(folder.path)).toBe(false);
});

test('it goes though its program is killed', async () => {
  const { child, exit, path } = await withFolder('setInterval(() => {}, 1e6);');
  expect(existsSync(join(path, 'file'))).toBe(true);
  child.kill('SIGKILL');
  await exit;
  await eventually('it is gone', () => !existsSync(path));
});

test('it does not keep its program from ending, and goes with it', async () => {
  const { exit, path } = await withFolder('');
  expect(await exit).toEqual([0, null]);
  await eventually('it is gone', () => !existsSync(path));
});
