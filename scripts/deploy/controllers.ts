/** Facts about Ingress controllers: how to find their pods, and which annotations they need. */

interface Controller {
  /** Matches `spec.controller` of its IngressClass. */
  readonly controller: RegExp;
  /** Matches the images of the pods that forward requests. */
  readonly image: RegExp;
  /** The limits of our own Traefik (k8s/platform/traefik/dynamic.yaml), where annotations can express them. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** What stops it from also serving plain HTTP where the Ingress has a certificate. */
  readonly tlsOnly?: Readonly<Record<string, string>>;
}

const inCluster: readonly Controller[] = [
  {
    controller: /^traefik\.io\//,
    image: /\btraefik\b/,
    // The name of its chart and of k3s. (ingress-nginx sends plain HTTP on to HTTPS by itself.)
    tlsOnly: { 'traefik.ingress.kubernetes.io/router.entrypoints': 'websecure' },
  },
  {
    // The second is the application routing of AKS.
    controller: /^k8s\.io\/ingress-nginx|^webapprouting\.kubernetes\.azure\.com\//,
    image: /ingress-nginx|nginx-ingress-controller/,
    annotations: {
      'nginx.ingress.kubernetes.io/limit-rps': '100',
      'nginx.ingress.kubernetes.io/limit-burst-multiplier': '2',
      'nginx.ingress.kubernetes.io/proxy-body-size': '2m',
    },
  },
  {
    controller: /^nginx\.org\//,
    image: /nginx-ingress/,
    annotations: { 'nginx.org/client-max-body-size': '2m' },
  },
  { controller: /haproxy/, image: /haproxy/ },
  { controller: /konghq\.com/, image: /\bkong\b/ },
  { controller: /^projectcontour\.io\//, image: /\benvoy\b/ },
  { controller: /^cilium\.io\//, image: /\bcilium(-envoy)?\b/ },
];

export const controllerOf = (name: string): Controller | undefined =>
  inCluster.find(({ controller }) => controller.test(name));

/**
 * A cloud's load balancers that reach pods from outside of the cluster. They need other annotations, certificates and
 * health checks, and no network policy can select them.
 */
const outside = [
  'ingress.k8s.aws/',
  'eks.amazonaws.com/',
  'networking.gke.io/',
  'k8s.io/ingress-gce',
  'k8s.io/gce',
  'azure/',
  'azure-',
  'alb.networking.azure.io/',
];

export const isOutside = (name: string): boolean => outside.some((prefix) => name.startsWith(prefix));
