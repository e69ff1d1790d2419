import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { build } from '../build.ts';
import { CommandError } from '../run.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shop-build-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function program(text: string): string {
  const file = join(folder, 'turbo.cjs');
  writeFileSync(file, text);
  return file;
}

test('the build sends nothing: telemetry and the look for newer versions are off', async () => {
  const told = join(folder, 'environment');
  await build(program(`require('fs').writeFileSync(${JSON.stringify(told)}, JSON.stringify(process.env))`));
  expect(JSON.parse(readFileSync(told, 'utf8'))).toMatchObject({
    TURBO_TELEMETRY_DISABLED: '1',
    DO_NOT_TRACK: '1',
    TURBO_NO_UPDATE_NOTIFIER: '1',
  });
});

test('a build that fails says what the compiler said', async () => {
  const failure = build(program(`console.log('src/app.ts(1,1): error TS1005'); process.exit(2)`));
  await expect(failure).rejects.toThrow(CommandError);
  await expect(failure).rejects.toMatchObject({ output: 'src/app.ts(1,1): error TS1005' });
});
