import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { eventually } from '@shop/testing/eventually';

jest.setTimeout(60_000);

let folder: string;
const file = (name: string): string => join(folder, name);

/** Lists the pods as soon as there is a file `go`; the logs of its pod never end. */
const kubectl = (): string => `#!/bin/sh
case "$*" in
*logs*) echo 'a line'; echo $$ >'${file('following')}'; while :; do sleep 0.1; done ;;
*)
  : >'${file('listing')}'
  while [ ! -e '${file('go')}' ]; do sleep 0.05; done
  echo '{ "items": [{ "metadata": { "name": "product-0", "creationTimestamp": "2026-01-01T00:00:00Z" } }] }' ;;
esac
`;

/** Follows the logs until something comes by its standard input. */
const program = `
  import { followLogs } from '${new URL('../dev/container-logs.ts', import.meta.url).href}';
  const ending = new AbortController();
  process.stdin.once('data', () => { ending.abort(); console.log('aborted'); process.stdin.unref(); });
  await followLogs('product', console.log, ending.signal);
  console.log('ended');
  process.exit();
`;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'shop-logs-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test.each(['listing', 'following'])('logs are not followed any more after an end while %s', async (when) => {
  for (const name of ['listing', 'following', 'go']) rmSync(file(name), { force: true });
  writeFileSync(file('kubectl'), kubectl(), { mode: 0o755 });
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    env: { PATH: `${folder}:/usr/bin:/bin` },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => (said += part));
    if (when === 'following') writeFileSync(file('go'), '');
    await eventually(when, () => existsSync(file(when)));
    child.stdin.write('end');
    await eventually('it has the signal', () => said.includes('aborted'));
    writeFileSync(file('go'), '');
    await eventually('it ends', () => child.exitCode !== null);
    expect(said).toMatch(/aborted\nended\n$/);
  } finally {
    child.kill();
  }
});
