import { run, type RunOptions } from '../support/run.ts';

/** Runs kubectl on one cluster. @throws {CommandError} when it fails. */
export type Kubectl = (args: readonly string[], options?: RunOptions) => Promise<string>;

/** kubectl on the cluster of this context and never on the current one. @param always options of each call. */
export const kubectlOn =
  (context: string, always: RunOptions = {}): Kubectl =>
  (args, options) =>
    run('kubectl', ['--context', context, ...args], { ...always, ...options });

/** The same in one namespace; each argument is a parameter. */
export const inNamespace =
  (kubectl: Kubectl, namespace: string) =>
  (...args: readonly string[]): Promise<string> =>
    kubectl(['--namespace', namespace, ...args]);

/** Gives kubectl an object by its standard input. */
export const withManifest = (
  kubectl: Kubectl,
  verb: 'apply' | 'create' | 'replace',
  object: object,
): Promise<string> => kubectl([verb, '--filename', '-'], { input: JSON.stringify(object) });
