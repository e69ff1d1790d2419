import { isIPv4 } from 'node:net';
import { parseOptions, UsageError } from '../support/command-line.ts';

export const usage = `Deploys the shop to a cluster that exists, with the overlay prod. Again: only what has changed.

  npm run deploy -- --context NAME --registry HOST/PATH [options]

  --context NAME             of the kubeconfig: kubectl config get-contexts
  --registry HOST/PATH       where images are pushed, and where the nodes pull them: ghcr.io/owner/shop
  --ingress-class CLASS      default: the cluster's default IngressClass, or its only one
  --ingress-namespace NAME   of the Ingress controller's pods, where it is not found out
  --annotation KEY=VALUE     for the Ingress; may be given several times
  --host NAME                the only name that the Ingress answers to; without --tls-secret its certificate is made here
  --tls-secret NAME          a Secret in the namespace shop with the certificate
  --storage-class NAME       default: the cluster's default StorageClass
  --pull-secret NAME         a Secret in the namespace shop with which nodes pull the images
  --platform OS/ARCH         default: those of the nodes; may be given several times
  --force                    goes on though something is in the way
`;

export const undeployUsage = `Removes the shop from a cluster, with all of its data.

  npm run undeploy -- --context NAME [--yes]

  --yes   deletes without a question
`;

export interface Options {
  readonly context: string;
  readonly registry: string;
  readonly ingressClass?: string;
  readonly ingressNamespace?: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly host?: string;
  readonly tlsSecret?: string;
  readonly storageClass?: string;
  readonly pullSecret?: string;
  readonly platforms: readonly string[];
  readonly force: boolean;
}

/** A DNS name in the form that Kubernetes accepts for objects and hosts. */
const name = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;
const hostname = /^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)*[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
/** A registry and a path in it: the beginning of image names. */
const repository = /^[a-z0-9.-]+(:\d{1,5})?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/;

/** @throws {UsageError} that names every wrong option. */
export function readOptions(args: readonly string[]): Options | 'help' {
  const values = parse(args);
  if (values.help) return 'help';
  const problems: string[] = [];
  const { context } = values;
  if (!context) problems.push('--context is missing: `kubectl config get-contexts` lists them');
  if (values.registry === undefined) problems.push(withoutRegistry(context ?? ''));
  else if (!repository.test(values.registry) || !/[.:]|^localhost\//.test(values.registry))
    problems.push(
      `--registry must be a host and a path such as ghcr.io/owner/shop, not "${values.registry}"`,
    );
  for (const option of [
    'ingress-class',
    'ingress-namespace',
    'tls-secret',
    'storage-class',
    'pull-secret',
  ] as const)
    if (!name.test(values[option] ?? 'x')) problems.push(`--${option} is not a name: "${values[option]}"`);
  if (values.host !== undefined && (!hostname.test(values.host) || isIPv4(values.host)))
    problems.push(`--host must be a DNS name in lower case, without port and path, not "${values.host}"`);
  const annotations = values.annotation.map((text) => /^([^=\s]+)=(.*)$/s.exec(text)?.slice(1));
  for (const [index, pair] of annotations.entries())
    if (pair === undefined)
      problems.push(`--annotation must be KEY=VALUE, not "${values.annotation[index]}"`);
  const platforms = [...new Set(values.platform.flatMap((text) => text.split(',')))];
  for (const platform of platforms)
    if (!/^linux\/(amd64|arm64)$/.test(platform))
      problems.push(`--platform must be linux/amd64 or linux/arm64, not "${platform}"`);
  if (problems.length > 0 || !context || values.registry === undefined)
    throw new UsageError(`${problems.join('\n')}\n\n${usage}`);
  return {
    context,
    registry: values.registry,
    annotations: Object.fromEntries(annotations.filter((pair) => pair !== undefined) as [string, string][]),
    platforms,
    force: values.force,
    ...(values['ingress-class'] === undefined ? {} : { ingressClass: values['ingress-class'] }),
    ...(values['ingress-namespace'] === undefined ? {} : { ingressNamespace: values['ingress-namespace'] }),
    ...(values.host === undefined ? {} : { host: values.host }),
    ...(values['tls-secret'] === undefined ? {} : { tlsSecret: values['tls-secret'] }),
    ...(values['storage-class'] === undefined ? {} : { storageClass: values['storage-class'] }),
    ...(values['pull-secret'] === undefined ? {} : { pullSecret: values['pull-secret'] }),
  };
}

/** @throws {UsageError} */
export function readUndeployOptions(args: readonly string[]): { context: string; yes: boolean } | 'help' {
  const options = {
    context: { type: 'string' },
    yes: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  } as const;
  const { context, yes, help } = parseOptions({ args: [...args], options }, undeployUsage).values;
  if (help) return 'help';
  if (!context)
    throw new UsageError(
      `--context is missing: \`kubectl config get-contexts\` lists them\n\n${undeployUsage}`,
    );
  return { context, yes };
}

const parse = (args: readonly string[]) =>
  parseOptions(
    {
      args: [...args],
      options: {
        context: { type: 'string' },
        registry: { type: 'string' },
        'ingress-class': { type: 'string' },
        'ingress-namespace': { type: 'string' },
        annotation: { type: 'string', multiple: true, default: [] as string[] },
        host: { type: 'string' },
        'tls-secret': { type: 'string' },
        'storage-class': { type: 'string' },
        'pull-secret': { type: 'string' },
        platform: { type: 'string', multiple: true, default: [] as string[] },
        force: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    },
    usage,
  ).values;

/** What to do; this depends on the kind of cluster. */
function withoutRegistry(context: string): string {
  const general =
    '--registry is missing: a registry that this machine may push to and the nodes can pull from, as ghcr.io/owner/shop';
  const [, kind] = /^kind-(.+)$/.exec(context) ?? [];
  if (kind !== undefined)
    return (
      `${general}. For the kind cluster "${kind}" run one beside it and connect the nodes as ` +
      'https://kind.sigs.k8s.io/docs/user/local-registry/ says, then give --registry localhost:5001/shop. ' +
      'Or let `npm run up` make a cluster with all of this'
    );
  const [, k3d] = /^k3d-(.+)$/.exec(context) ?? [];
  if (k3d !== undefined)
    return (
      `${general}. k3d makes one with the cluster: k3d registry create shop --port 5001, then ` +
      `k3d cluster create ${k3d} --registry-use k3d-shop:5001; with "127.0.0.1 k3d-shop" in /etc/hosts give --registry k3d-shop:5001/shop`
    );
  return general;
}
