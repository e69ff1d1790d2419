import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from '@jest/globals';
import { lockFile } from '../lock.ts';

test('a lock is held until the process ends, though nothing refers to it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'shop-lock-'));
  const file = join(folder, 'lock');
  const script = `
    const { lockFile } = await import(${JSON.stringify(import.meta.resolve('../lock.ts'))});
    lockFile(${JSON.stringify(file)});
    for (let times = 0; times < 3; times += 1) {
      await new Promise(setImmediate);
      gc();
    }
    console.log('locked');
    setInterval(() => {}, 1e6);`;
  const child = spawn(process.execPath, ['--expose-gc', '--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    await once(createInterface({ input: child.stdout }), 'line');
    expect(lockFile(file)).toBeUndefined();
  } finally {
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }
  const lock = lockFile(file);
  expect(lock).toBeDefined();
  lock?.release();
  lock?.release();
  rmSync(folder, { recursive: true });
});
