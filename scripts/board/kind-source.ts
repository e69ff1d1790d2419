import { existsSync, readFileSync } from 'node:fs';
import type { Scene } from '@shop/board';
import { watchKubernetes } from '@shop/board/kubernetes';
import { authorityFile } from '../kind/certificates.ts';
import { baseUrl, context } from '../kind/names.ts';
import { kindFaults } from './kind-faults.ts';
import type { Source } from './source.ts';

const namespace = 'shop';

/**
 * The shop of `npm run up`, watched with the user's own rights.
 * @throws {ContextError} when kubectl does not know the cluster.
 */
export function openKind(scene: Scene): Source {
  const kubernetes = watchKubernetes({ context, namespace, scene });
  const authority = existsSync(authorityFile) ? readFileSync(authorityFile, 'utf8') : undefined;
  return {
    address: { url: baseUrl, ...(authority === undefined ? {} : { authority }) },
    faults: kindFaults(),
    oneFaultAtATime: true,
    lines: kubernetes.lines,
    close: () => kubernetes.close(),
  };
}
