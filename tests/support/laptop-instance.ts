import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { askSupervisor } from '../../scripts/laptop/control-client.ts';
import { endOf } from '@shop/testing/child-end';
import { eventually } from '@shop/testing/eventually';

const main = fileURLToPath(new URL('../../scripts/laptop/main.ts', import.meta.url));
const exitWithParent = new URL('../../scripts/laptop/exit-with-parent.ts', import.meta.url).href;

export interface LaptopInstance extends AsyncDisposable {
  readonly dataDir: string;
}

/**
 * A separate shop on free ports with its own data, which is deleted at its end. Its log goes to a file. It ends with
 * this process, even if that is killed.
 * @param token the token for writes; absent: writes need none.
 * @throws with the supervisor's own output when it does not start.
 */
export async function startLaptop(logFile: string, token?: string): Promise<LaptopInstance> {
  const dataDir = mkdtempSync(join(tmpdir(), 'shop-e2e-'));
  const args = ['--import', exitWithParent, main, '--port', '0', '--no-board', '--data-dir', dataDir];
  if (token !== undefined) {
    const file = join(dataDir, 'write-token');
    writeFileSync(file, token, { mode: 0o600 });
    args.push('--token-file', file);
  }
  const child = spawn(process.execPath, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  });
  const log = createWriteStream(logFile);
  child.stdout.pipe(log);
  const ended = once(child, 'close');

  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    await eventually(
      'the laptop mode is ready',
      async () => (await askSupervisor(dataDir, { command: 'status' })).status.ready,
      { withinMs: 60_000, signal: endOf(child) },
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return { dataDir, [Symbol.asyncDispose]: stop };
}
