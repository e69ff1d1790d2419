import { kubectl as onCluster } from '../../scripts/kind/kubectl.ts';
import { CommandError, type RunOptions } from '../../scripts/support/run.ts';

/** kubectl on the shop's cluster. @throws with what it said: a failed test shows the error's message alone. */
export async function kubectl(args: readonly string[], options?: RunOptions): Promise<string> {
  try {
    return await onCluster(args, options);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new Error(`${error.message}: ${error.output}`, { cause: error });
  }
}

/** The same in the shop's namespace. */
export const inShop = (...args: readonly string[]): Promise<string> =>
  kubectl(['--namespace', 'shop', ...args]);
