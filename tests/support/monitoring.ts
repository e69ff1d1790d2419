import { applyAddOns, waitForAddOns } from '../../scripts/kind/add-ons.ts';
import { paths } from '../../scripts/kind/names.ts';
import { kubectl } from '../../scripts/kind/kubectl.ts';

/** Installs the add-on if it is missing. Disposing of it removes it, unless it was there before. */
export async function ensureMonitoring(): Promise<AsyncDisposable> {
  const found = await kubectl(['get', 'namespace', 'monitoring', '--ignore-not-found', '--output=name']);
  await applyAddOns(['monitoring']);
  await waitForAddOns(['monitoring']);
  return {
    async [Symbol.asyncDispose]() {
      if (found === '')
        await kubectl(['delete', '--kustomize', `${paths.root}k8s/platform/monitoring`, '--wait=false']);
    },
  };
}
