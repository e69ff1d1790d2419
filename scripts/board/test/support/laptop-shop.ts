import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endOf } from '@shop/testing/child-end';
import { eventually } from '@shop/testing/eventually';
import { askSupervisor } from '../../../laptop/control-client.ts';
import type { State } from '../../../laptop/program.ts';

const main = fileURLToPath(new URL('../../../laptop/main.ts', import.meta.url));

/** `npm start` on free ports. */
export interface LaptopShop {
  readonly dataDir: string;
  /** Of its board, with the token. */
  readonly url: string;
  stateOf(program: string): Promise<State | undefined>;
  /** Its supervisor starts it again. */
  kill(program: string): Promise<void>;
  stop(): Promise<void>;
}

export async function startLaptopShop(): Promise<LaptopShop> {
  const dataDir = mkdtempSync(join(tmpdir(), 'shop-board-'));
  const args = [main, '--port', '0', '--board-port', '0', '--data-dir', dataDir];
  const shop = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const signal = endOf(shop);
  async function stop(): Promise<void> {
    const exit = once(shop, 'exit');
    if (shop.exitCode === null && shop.kill('SIGTERM')) await exit;
    rmSync(dataDir, { recursive: true, force: true });
  }
  const url = await eventually(
    'the shop and its board are ready',
    async () => {
      const { status } = await askSupervisor(dataDir, { command: 'status' });
      if (!status.ready || status.boardUrl === undefined) return false;
      const ready = await fetch(new URL('/readyz', status.boardUrl));
      return ready.ok && status.boardUrl;
    },
    { withinMs: 55_000, signal },
  ).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return {
    dataDir,
    url,
    async stateOf(program) {
      const { status } = await askSupervisor(dataDir, { command: 'status' });
      return status.programs.find(({ name }) => name === program)?.state;
    },
    async kill(program) {
      await askSupervisor(dataDir, { command: 'kill', program });
    },
    stop,
  };
}
