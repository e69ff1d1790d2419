import { run, type RunOptions } from '../support/run.ts';
import { context } from './names.ts';

/** kubectl, on the shop's cluster and never on another one. */
export function kubectl(args: readonly string[], options?: RunOptions): Promise<string> {
  return run('kubectl', ['--context', context, ...args], options);
}
