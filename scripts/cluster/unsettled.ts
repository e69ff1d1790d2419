/** What a deployment has still to do on a shop that is there. */
import { isDeepStrictEqual } from 'node:util';
import type { Workload } from '@shop/testing/kubernetes';
import { parseAllDocuments } from 'yaml';
import { CommandError } from '../support/run.ts';
import type { Kubectl } from './kubectl.ts';

interface Named {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
}
interface Live extends Named {
  readonly metadata: Named['metadata'] & { readonly annotations?: Readonly<Record<string, string>> };
}

/**
 * Compares the cluster with the manifests, without a change: the API server says what applying them would come to.
 * @param file the manifests.
 * @returns the objects that would be made or changed, as `Deployment user`, and the workloads whose pods are not all
 * ready and up to date; nothing where it cannot be found out.
 */
export async function findUnsettled(
  kubectl: Kubectl,
  file: string,
): Promise<ReadonlySet<string> | undefined> {
  const list = async (...args: readonly string[]): Promise<readonly Live[]> =>
    (JSON.parse(await kubectl([...args, '--filename', file, '--output=json'])) as { items: Live[] }).items;
  try {
    const [planned, present] = await Promise.all([
      // The schema, which kubectl would otherwise read for a second, is the server's business here.
      list('apply', '--dry-run=server', '--validate=false', '--openapi-patch=false'),
      list('get', '--ignore-not-found'),
    ]);
    const live = new Map(present.map((object) => [nameOf(object), object]));
    const changed = planned.filter((object) => {
      const found = live.get(nameOf(object));
      return found === undefined || !isDeepStrictEqual(contentOf(found), contentOf(object));
    });
    const waiting = present.filter(
      (object) =>
        /^(?:Deployment|StatefulSet)$/.test(object.kind) && !isSettled(object as unknown as Workload),
    );
    return new Set([...changed, ...waiting].map(nameOf));
  } catch (error) {
    // Such as a field that cannot be changed: applying the manifests for real reports it.
    if (error instanceof CommandError) return undefined;
    throw error;
  }
}

const nameOf = ({ kind, metadata }: Named): string => `${kind} ${metadata.name}`;

/** Of the server's own, and of what kubectl notes of the last apply, which may be written in another way. */
const notCompared = /^(?:managedFields|resourceVersion|generation|uid|creationTimestamp)$/;

function contentOf({ metadata, ...rest }: Live): object {
  const { status: _, ...content } = rest as { readonly status?: unknown };
  const { annotations = {}, ...others } = metadata;
  const compared = Object.entries(others).filter(([key]) => !notCompared.test(key));
  const { 'kubectl.kubernetes.io/last-applied-configuration': _applied, ...kept } = annotations;
  return { ...content, metadata: { ...Object.fromEntries(compared), annotations: kept } };
}

/** Whether all of its pods are those of the present version, and ready. */
export const isSettled = ({ metadata, spec, status }: Workload): boolean => {
  const { replicas = 1 } = spec;
  return (
    status.observedGeneration === metadata.generation &&
    (status.replicas ?? 0) === replicas &&
    (status.updatedReplicas ?? 0) === replicas &&
    (status.readyReplicas ?? 0) === replicas
  );
};

/** @returns the objects of a stage, named as by {@link findUnsettled}. */
export const namesIn = (stage: string): string[] =>
  parseAllDocuments(stage).map((document) => nameOf(document.toJS() as Named));
