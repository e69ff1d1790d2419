import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { host } from './ports.ts';
import type { Program } from './program.ts';
import { compileCache } from '../support/compile-cache.ts';

const main = fileURLToPath(new URL('../board/main.ts', import.meta.url));
const built = fileURLToPath(new URL('../../apps/board/dist/page/index.html', import.meta.url));

/** The board's program, and its address with the token; undefined where the board is not built. */
export function describeBoard(options: {
  readonly port: number;
  readonly dataDir: string;
}): { readonly program: Program; readonly url: string } | undefined {
  if (!existsSync(built)) return undefined;
  const { port, dataDir } = options;
  const token = randomBytes(24).toString('base64url');
  return {
    url: `http://localhost:${port}/?token=${token}`,
    program: {
      name: 'board',
      args: [main, '--target', 'laptop', '--port', String(port), '--data-dir', dataDir, '--quiet'],
      // In the environment: every user of this machine can read arguments.
      env: { BOARD_TOKEN: token, NODE_COMPILE_CACHE: compileCache },
      readyUrl: `http://${host}:${port}/readyz`,
    },
  };
}
