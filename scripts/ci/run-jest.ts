import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { compileCache } from '../support/compile-cache.ts';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * @param report the file for the result of each test, for `summary.ts`; undefined where only some of the tests run.
 * @param isBeside another jest writes to the same terminal, so that none may move its cursor.
 * @returns jest's exit code.
 */
export async function runJest(args: readonly string[], report?: string, isBeside = false): Promise<number> {
  const program = [
    '--disable-warning=ExperimentalWarning',
    '--experimental-vm-modules',
    'node_modules/jest/bin/jest.js',
  ];
  const json = report === undefined ? [] : ['--json', '--outputFile', report];
  // With --json jest also prints the report; its readable output is on standard error.
  const child = spawn(process.execPath, [...program, ...args, ...json], {
    cwd: root,
    // Tests start programs some hundred times: a third of the time of a short one is compilation.
    env: { ...process.env, NODE_COMPILE_CACHE: compileCache, ...(isBeside ? { CI: 'true' } : {}) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
}
