import type { Kubectl } from '../../../cluster/kubectl.ts';
import { CommandError, type RunOptions } from '../../../support/run.ts';

interface Call {
  readonly args: readonly string[];
  readonly options: RunOptions;
}

type Answer = string | object | Error | ((call: Call) => string);

/**
 * A kubectl with prepared output: the first entry whose words are all among the arguments. Objects are printed as JSON.
 * Any other list is empty, and any other object does not exist.
 */
export function fakeKubectl(answers: Readonly<Record<string, Answer>>): Kubectl & { readonly calls: Call[] } {
  const calls: Call[] = [];
  const kubectl: Kubectl = async (args, options = {}) => {
    calls.push({ args, options });
    const found = Object.entries(answers).find(([words]) =>
      words.split(' ').every((word) => args.includes(word)),
    );
    const answer = found?.[1] ?? (args.includes('--ignore-not-found') ? '' : { items: [] });
    if (answer instanceof Error) throw answer;
    if (typeof answer === 'function') return answer({ args, options });
    return typeof answer === 'string' ? answer : JSON.stringify(answer);
  };
  return Object.assign(kubectl, { calls });
}

export const failure = (output: string): CommandError =>
  new CommandError('kubectl', 'ended by exit code 1', output);

/**
 * Responds to every SelfSubjectAccessReview with what `allowed` says, in the form of `kubectl create --output json`.
 */
export const reviews =
  (allowed: (attributes: { verb: string; resource: string }) => boolean) =>
  ({ options }: Call): string => {
    const { items } = JSON.parse(options.input ?? '') as {
      items: { spec: { resourceAttributes: { verb: string; resource: string } } }[];
    };
    return items
      .map(({ spec }) =>
        JSON.stringify({ spec, status: { allowed: allowed(spec.resourceAttributes) } }, null, 4),
      )
      .join('\n');
  };
