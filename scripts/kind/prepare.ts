/** What `npm run up` does before the shop can be deployed, and what of it may run at the same time. */

/** The pieces of work. Each says itself what it does. */
export interface Preparation {
  /** Builds and pushes the images; needs the registry only. */
  readonly buildImages: () => Promise<unknown>;
  /** Looks up the digests of the images in the registry. */
  readonly renderManifests: () => Promise<unknown>;
  /** Calls back when the containers of new nodes run. */
  readonly ensureCluster: (onNodes: () => void) => Promise<unknown>;
  /** Puts the registry into the network of the nodes. */
  readonly connectRegistry: () => Promise<unknown>;
  /** Pulls the images onto new nodes. What fails is left to the kubelets. */
  readonly pullImages: () => Promise<unknown>;
  /** Need the cluster only. */
  readonly applyToCluster: readonly (() => Promise<unknown>)[];
}

/**
 * Runs all of it, as much as possible at the same time. Another network makes the engine publish the registry's port again,
 * and it is closed meanwhile: so the registry is connected after the push, and the manifests are rendered after that.
 * @throws the first error, when nothing of it runs any more.
 */
export async function prepare(work: Preparation): Promise<void> {
  const built = work.buildImages();
  const newNodes = Promise.withResolvers<void>();
  const made = work.ensureCluster(newNodes.resolve);
  const connected = allOf([built, Promise.race([newNodes.promise, made])]).then(work.connectRegistry);
  // New nodes pull while they still form the cluster, and not when the pods already wait for it.
  const pulled = Promise.all([newNodes.promise, connected]).then(work.pullImages);
  pulled.catch(() => undefined);
  await allOf([
    connected.then(work.renderManifests),
    ...work.applyToCluster.map((apply) => made.then(apply)),
  ]);
}

/** Waits for all of them even when one has failed, so that none still runs when the error is shown. */
async function allOf(works: readonly Promise<unknown>[]): Promise<void> {
  const results = await Promise.allSettled(works);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
