import { kubectl as onCluster } from '../../../scripts/kind/kubectl.ts';
import { CommandError, type RunOptions } from '../../../scripts/support/run.ts';

/** In the shop's namespace. @throws with what kubectl said. */
export const kubectl = (...args: readonly string[]): Promise<string> => inNamespace('shop', ...args);

/** @throws with what kubectl said. */
export async function inNamespace(namespace: string, ...args: readonly string[]): Promise<string> {
  return await say(['--namespace', namespace, ...args]);
}

/** Applies or replaces what is given as an object. */
export const apply = (verb: 'apply' | 'replace', object: object): Promise<string> =>
  say([verb, '--filename', '-'], { input: JSON.stringify(object) });

async function say(args: readonly string[], options?: RunOptions): Promise<string> {
  try {
    return await onCluster(args, { ...options, ignoresCtrlC: true });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new Error(`${error.message}: ${error.output}`, { cause: error });
  }
}
