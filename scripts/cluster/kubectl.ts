import { run, type RunOptions } from '../support/run.ts';

/** Runs kubectl on one cluster. @throws {CommandError} when it fails. */
export type Kubectl = (args: readonly string[], options?: RunOptions) => Promise<string>;

/** kubectl on the cluster of this context and never on the current one. */
export const kubectlOn =
  (context: string): Kubectl =>
  (args, options) =>
    run('kubectl', ['--context', context, ...args], options);
