import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { askSupervisor } from '../../control-client.ts';
import { endOf } from '@shop/testing/child-end';
import { eventually } from '@shop/testing/eventually';

const main = fileURLToPath(new URL('../../main.ts', import.meta.url));
const exitWithParent = new URL('../../exit-with-parent.ts', import.meta.url).href;

interface LaptopOptions {
  /** For what its programs write. */
  readonly logFile?: string;
  /** The token for writes; absent: writes need none. */
  readonly token?: string;
  /** Whether it has a board. */
  readonly board?: boolean;
}

/** A separate shop with its own data, which is deleted at its end. */
export interface LaptopInstance extends AsyncDisposable {
  readonly dataDir: string;
  /** Aborted when it has ended, with what it said. */
  readonly ended: AbortSignal;
}

/** Starts one on free ports. It ends with this process, even if that is killed. */
export function spawnLaptop({ logFile, token, board = false }: LaptopOptions = {}): LaptopInstance {
  const dataDir = mkdtempSync(join(tmpdir(), 'shop-laptop-'));
  const args = ['--import', exitWithParent, main, '--port', '0', '--data-dir', dataDir];
  args.push(...(board ? ['--board-port', '0'] : ['--no-board']));
  if (token !== undefined) {
    const file = join(dataDir, 'write-token');
    writeFileSync(file, token, { mode: 0o600 });
    args.push('--token-file', file);
  }
  const child = spawn(process.execPath, args, {
    stdio: ['pipe', logFile === undefined ? 'ignore' : 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  });
  if (logFile !== undefined) child.stdout?.pipe(createWriteStream(logFile));
  const closed = once(child, 'close');
  return {
    dataDir,
    ended: endOf(child),
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await closed;
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/**
 * As {@link spawnLaptop}. Resolves when it is ready.
 * @throws with the supervisor's own output when it does not start.
 */
export async function startLaptop(options: LaptopOptions = {}): Promise<LaptopInstance> {
  const laptop = spawnLaptop(options);
  const { dataDir, ended } = laptop;
  try {
    await eventually(
      'the laptop mode is ready',
      async () => {
        const { status } = await askSupervisor(dataDir, { command: 'status' });
        if (!status.ready || !options.board) return status.ready;
        return status.boardUrl !== undefined && (await fetch(new URL('/readyz', status.boardUrl))).ok;
      },
      { withinMs: 60_000, signal: ended },
    );
  } catch (error) {
    await laptop[Symbol.asyncDispose]();
    throw error;
  }
  return laptop;
}
