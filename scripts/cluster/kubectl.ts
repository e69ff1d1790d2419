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

/** The token that a client has to present to write: the first of the Secret. @throws when there is none. */
export async function readWriteToken(kubectl: Kubectl): Promise<string> {
  const get = ['get', 'secret', 'write-token', '--ignore-not-found', '--output', 'jsonpath={.data.token}'];
  const encoded = await inNamespace(kubectl, 'shop')(...get);
  const [token] = Buffer.from(encoded, 'base64').toString().trim().split('\n');
  if (!token) throw new Error('the Secret write-token has no token: npm run up and npm run deploy make it');
  return token;
}
