import { loadPod, type LoadCounts } from '@shop/testing/load-pod';
import { withManifest } from '../../scripts/cluster/kubectl.ts';
import { inShop, kubectl } from '../../scripts/kind/kubectl.ts';

export interface ClusterLoad extends AsyncDisposable {
  counts(): Promise<LoadCounts>;
}

/**
 * Load from within the cluster, past the limits of the Ingress. The pod has the labels of the import, which the network
 * policies allow to connect to both services. Disposing of it ends it.
 * @param url for example http://product/product?limit=1
 */
export async function startClusterLoad(
  name: string,
  url: string,
  { perSecond, atOnce = 8 }: { readonly perSecond: number; readonly atOnce?: number },
): Promise<ClusterLoad> {
  const remove = async () => {
    await inShop('delete', 'pod', name, '--ignore-not-found', '--wait=true');
  };
  await remove();
  await withManifest(kubectl, 'create', loadPod(name, url, perSecond, atOnce));
  try {
    await inShop('wait', '--for=condition=Ready', `pod/${name}`, '--timeout=120s');
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    async counts() {
      const line = await inShop('logs', name, '--tail=1');
      return line === '' ? { answered: 0, failed: 0 } : (JSON.parse(line) as LoadCounts);
    },
    [Symbol.asyncDispose]: remove,
  };
}
