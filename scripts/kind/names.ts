/** What the scripts, k8s/platform and skaffold.yaml agree on. */
import { fileURLToPath } from 'node:url';

export const cluster = 'shop';
/** The only context that these scripts ever touch. */
export const context = `kind-${cluster}`;

export const registry = {
  container: 'kind-registry',
  image: 'registry:3',
  port: 5001,
  /** Where this machine pushes, and the name that images have in the cluster. */
  host: 'localhost:5001',
  /** Where the nodes find it. */
  inside: 'http://kind-registry:5000',
  /** Keeps the pushed layers for the next cluster: a push to an empty registry compresses all of them again. */
  volume: 'shop-registry',
  /** Marks the container as made here, so that no other registry is removed. */
  label: 'shop.registry=true',
} as const;

/** Ports of 127.0.0.1 that the cluster publishes. */
export const ports = { http: 8080, https: 8443 } as const;
export const baseUrl = `https://localhost:${ports.https}`;

const root = fileURLToPath(new URL('../../', import.meta.url));
export const paths = {
  root,
  kind: `${root}k8s/platform/kind/cluster.yaml`,
  dns: `${root}k8s/platform/dns`,
  traefik: `${root}k8s/platform/traefik`,
  /** This machine's certificate authority, and its certificate, for `curl --cacert`. */
  authority: `${root}.shop/kind`,
  authorityCertificate: `${root}.shop/kind/ca.crt`,
  /** Which images were built, for the step that deploys them. */
  images: `${root}.shop/images.json`,
  /** What a board or `npm run chaos` has broken and not undone yet. */
  broken: `${root}.shop/broken`,
  /** What the images of `npm run dev:kind` are built from. */
  staging: `${root}.shop/dev`,
  /** The manifests of the last deployments. */
  manifests: `${root}.shop/manifests`,
} as const;
