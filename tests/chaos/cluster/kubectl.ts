import type { RunOptions } from '../../../scripts/support/run.ts';
import { kubectl as onCluster } from '../../support/kubectl.ts';

/** In the shop's namespace. @throws with what kubectl said. */
export const kubectl = (...args: readonly string[]): Promise<string> => inNamespace('shop', ...args);

/** @throws with what kubectl said. */
export const inNamespace = (namespace: string, ...args: readonly string[]): Promise<string> =>
  say(['--namespace', namespace, ...args]);

/** Applies or replaces what is given as an object. */
export const apply = (verb: 'apply' | 'replace', object: object): Promise<string> =>
  say([verb, '--filename', '-'], { input: JSON.stringify(object) });

const say = (args: readonly string[], options?: RunOptions): Promise<string> =>
  onCluster(args, { ...options, ignoresCtrlC: true });
