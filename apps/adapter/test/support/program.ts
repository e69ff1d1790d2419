import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

export interface Ended {
  /** Null after a signal that it did not handle. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Of standard output, as NDJSON. */
  readonly lines: readonly Record<string, unknown>[];
}

/** Starts one of the adapter's programs: `import.ts`. */
export function startProgram(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  const path = fileURLToPath(new URL(`../../src/${file}`, import.meta.url));
  const child = spawn(process.execPath, [path, ...args], {
    env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]).then(
    ([stdout, stderr, [code]]): Ended => ({
      code: code as number | null,
      stdout,
      stderr,
      lines: stdout
        .split('\n')
        .flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Record<string, unknown>] : [])),
    }),
  );
  return { child, ended };
}

export const runProgram = (...parameters: Parameters<typeof startProgram>): Promise<Ended> =>
  startProgram(...parameters).ended;
