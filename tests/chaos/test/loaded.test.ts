import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const root = new URL('../../../', import.meta.url);
const main = fileURLToPath(new URL('tests/chaos/run/main.ts', root));

/** Prints which files of the repository a program has loaded, types left out. */
const hook = `
  import { registerHooks } from 'node:module';
  const loaded = new Set();
  registerHooks({ load: (url, context, next) => (loaded.add(url), next(url, context)) });
  process.on('exit', () => {
    const own = [...loaded].filter((url) => url.startsWith('${root.href}') && !url.includes('/node_modules/'));
    process.stdout.write(own.map((url) => url.slice(${root.href.length})).join('\\n'));
  });
`;

test('one fault is read in 29 files: no other fault is loaded, and nothing of the commands that are not run', async () => {
  const preload = `data:text/javascript,${encodeURIComponent(hook)}`;
  const child = spawn(process.execPath, ['--import', preload, main, 'pod-kill'], {
    // Without kubectl it ends where it would read the cluster.
    env: { PATH: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [loaded, complaint] = await Promise.all([text(child.stdout), text(child.stderr)]);
  expect(complaint).toContain('there is no such program on the PATH');
  const files = loaded.split('\n');
  expect(files.filter((file) => file.startsWith('tests/chaos/faults/'))).toEqual([
    'tests/chaos/faults/pod-kill.ts',
  ]);
  expect(files).toContain('packages/testing/src/load.ts');
  expect(files.length).toBeLessThanOrEqual(29);
});
