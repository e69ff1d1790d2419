import { existsSync, readFileSync } from 'node:fs';
import type { Scene } from '@shop/board';
import { watchKubernetes } from '@shop/board/kubernetes';
import { baseUrl, context, paths } from '../kind/names.ts';
import { kindFaults } from './kind-faults.ts';
import type { Source } from './source.ts';

const namespace = 'shop';

/**
 * The shop of `npm run up`, watched with the user's own rights.
 * @throws {ContextError} when kubectl does not know the cluster.
 */
export async function openKind(scene: Scene): Promise<Source> {
  const kubernetes = watchKubernetes({ context, namespace, scene });
  const authority = existsSync(paths.authorityCertificate)
    ? readFileSync(paths.authorityCertificate, 'utf8')
    : undefined;
  return {
    address: { url: baseUrl, ...(authority === undefined ? {} : { authority }) },
    faults: await kindFaults(),
    oneFaultAtATime: true,
    lines: kubernetes.lines,
    close: () => kubernetes.close(),
  };
}
