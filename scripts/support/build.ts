/** Compiles the packages and apps that have changed. */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { CommandError, run } from './run.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const require = createRequire(import.meta.url);
const turbo = require.resolve('turbo/bin/turbo');

/** It sends nothing and does not look for newer versions, so it has no notice to show about that either. */
const quiet = { TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', TURBO_NO_UPDATE_NOTIFIER: '1' };

/** Says nothing when all is well. @throws {CommandError} with what the compiler said. */
export async function build(program: string = turbo): Promise<void> {
  await run(process.execPath, [program, 'run', 'build', '--output-logs=errors-only'], {
    env: quiet,
    cwd: root,
  });
}

/** The same for a command: says what is wrong, and ends it with exit code 1. */
export async function buildOrExit(): Promise<void> {
  try {
    await build();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    process.stderr.write(`${error.output}\n`);
    process.exit(1);
  }
}
