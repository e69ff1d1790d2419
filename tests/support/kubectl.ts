import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Runs kubectl against the shop's namespace of the kind cluster. @throws with what it said. */
export async function kubectl(...args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await run('kubectl', ['--context', 'kind-shop', '--namespace', 'shop', ...args], {
      maxBuffer: 64 * 1024 * 1024,
    });
    return stdout;
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    throw new Error(`kubectl ${args.join(' ')}: ${stderr?.trim() || message}`, { cause: error });
  }
}
