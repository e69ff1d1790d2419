import { openApi, type Api } from './api.ts';
import { NodeShells } from './node-shell.ts';

/** The ways in which these tests look at the cluster. */
export interface Cluster extends AsyncDisposable {
  readonly api: Api;
  readonly shells: NodeShells;
}

/** @throws when there is no kubectl or it has no such context. */
export async function openCluster(): Promise<Cluster> {
  const api = await openApi();
  const shells = new NodeShells();
  return {
    api,
    shells,
    async [Symbol.asyncDispose]() {
      shells[Symbol.dispose]();
      await api[Symbol.asyncDispose]();
    },
  };
}
