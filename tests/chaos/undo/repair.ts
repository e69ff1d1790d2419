/** How something is undone, as data: a program that is killed cannot do it, but the next one can. */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Kubectl } from '../../../scripts/cluster/kubectl.ts';
import { run } from '../../../scripts/support/run.ts';
import { onCluster } from '../cluster/cluster.ts';

// It is read from a file, and becomes arguments of kubectl and docker: none of them can be taken for an option.
const name = z.string().regex(/^[a-z0-9][a-z0-9.-]*$/);
const object = z.string().regex(/^[a-z]+\/[a-z0-9][a-z0-9.-]*$/);

const fieldSchema = z.strictObject({
  /** A JSON pointer. */
  at: z.string().startsWith('/'),
  /** As the fault has left it; absent: the field was taken away. */
  left: z.unknown().optional(),
  /** As it was before; absent: it was not there. */
  before: z.unknown().optional(),
});

export const repairSchema = z.discriminatedUnion('do', [
  /** Sets fields to what they were, where they are still as the fault has left them. */
  z.strictObject({
    do: z.literal('set'),
    namespace: name,
    objects: z.array(z.strictObject({ object, fields: z.array(fieldSchema) })),
    /** Waits until the pods are replaced, where something was set. */
    rollOut: z.boolean(),
  }),
  /** Deletes what the fault has made, or has made useless. */
  z.strictObject({ do: z.literal('delete'), namespace: name, object }),
  z.strictObject({ do: z.literal('start-node'), node: name }),
  /** A process on a node goes on. */
  z.strictObject({ do: z.literal('continue'), node: name, pid: z.string().regex(/^\d{1,10}$/) }),
]);

export type Repair = z.output<typeof repairSchema>;
export type Field = z.output<typeof fieldSchema>;

/** The ways in which it reaches a cluster; others in tests. */
export interface Means {
  readonly kubectl: Kubectl;
  /** kind's nodes are containers. */
  readonly docker: (...args: readonly string[]) => Promise<unknown>;
}

const ofThisMachine: Means = {
  kubectl: onCluster,
  docker: (...args) => run('docker', args, { ignoresCtrlC: true }),
};

/**
 * @returns `changed` when another client has changed all of it since: it is left as it is.
 * @throws {CommandError} when it could not be undone.
 */
export async function putBack(repair: Repair, means: Means = ofThisMachine): Promise<'undone' | 'changed'> {
  switch (repair.do) {
    case 'set':
      return await setFields(repair, means.kubectl);
    case 'delete': {
      const { namespace, object: what } = repair;
      await means.kubectl(['--namespace', namespace, 'delete', what, '--ignore-not-found', '--wait=false']);
      return 'undone';
    }
    case 'start-node':
      await means.docker('start', repair.node);
      return 'undone';
    case 'continue':
      await means.docker('exec', repair.node, 'bash', '-c', goOn, 'bash', repair.pid);
      return 'undone';
  }
}

/** A process that has ended meanwhile does not have to. */
const goOn = 'kill -CONT "$1" 2>/dev/null || true';

async function setFields(
  { namespace, objects, rollOut }: Extract<Repair, { do: 'set' }>,
  kubectl: Kubectl,
): Promise<'undone' | 'changed'> {
  const inNamespace = (...args: readonly string[]) => kubectl(['--namespace', namespace, ...args]);
  const set: string[] = [];
  let changed = 0;
  for (const { object: what, fields } of objects) {
    const text = await inNamespace('get', what, '--ignore-not-found', '--output', 'json');
    const now: unknown = text === '' ? undefined : JSON.parse(text);
    const undone = fields.filter(({ at, before }) => isDeepStrictEqual(valueAt(now, at), before));
    const asLeft = fields.filter((field) => !undone.includes(field) && isAsLeft(now, field));
    changed += fields.length - undone.length - asLeft.length;
    if (asLeft.length === 0) continue;
    const patch = JSON.stringify(asLeft.flatMap(operationsFor));
    await inNamespace('patch', what, '--type', 'json', '--patch', patch);
    set.push(what);
  }
  if (rollOut) await Promise.all(set.map((what) => inNamespace('rollout', 'status', what, '--timeout=180s')));
  return set.length === 0 && changed > 0 ? 'changed' : 'undone';
}

const isAsLeft = (now: unknown, { at, left }: Field): boolean => isDeepStrictEqual(valueAt(now, at), left);

/** RFC 6902. The test has the server refuse the patch when the field was changed since it was read here. */
function operationsFor({ at, left, before }: Field): object[] {
  if (left === undefined) return [{ op: 'add', path: at, value: before }];
  const test = { op: 'test', path: at, value: left };
  return [
    test,
    before === undefined ? { op: 'remove', path: at } : { op: 'replace', path: at, value: before },
  ];
}

/** @param pointer RFC 6901. @returns undefined where there is nothing. */
export function valueAt(value: unknown, pointer: string): unknown {
  let found = value;
  for (const key of pointer.split('/').slice(1)) {
    if (typeof found !== 'object' || found === null) return undefined;
    const own = key.replaceAll('~1', '/').replaceAll('~0', '~');
    found = Object.hasOwn(found, own) ? (found as Record<string, unknown>)[own] : undefined;
  }
  return found ?? undefined;
}

/** What is different, as deep as it goes. Lists of different lengths are different as a whole. */
export function changedFields(before: unknown, left: unknown, at: string): Field[] {
  if (isDeepStrictEqual(before ?? undefined, left ?? undefined)) return [];
  const haveSameShape =
    isObject(before) &&
    isObject(left) &&
    Array.isArray(before) === Array.isArray(left) &&
    (!Array.isArray(before) || before.length === (left as unknown as readonly unknown[]).length);
  if (!haveSameShape)
    return [{ at, ...(left == null ? {} : { left }), ...(before == null ? {} : { before }) }];
  const keys = new Set([...Object.keys(before), ...Object.keys(left)]);
  return [...keys].flatMap((key) =>
    changedFields(before[key], left[key], `${at}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`),
  );
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
