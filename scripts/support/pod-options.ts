/** How a pod starts the program of an app: the image's own command line, and what the manifests set for V8. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

interface Container {
  readonly name: string;
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly resources?: { readonly limits?: { readonly memory?: string } };
}
type PodSpec = Partial<Readonly<Record<'containers' | 'initContainers', readonly Container[]>>>;

/** The manifests of which an app's container is made, and its name there. */
const places = {
  user: {
    container: 'app',
    files: ['k8s/base/user/deployment.yaml', 'k8s/components/service/deployment-patch.yaml'],
  },
  product: {
    container: 'app',
    files: ['k8s/base/product/deployment.yaml', 'k8s/components/service/deployment-patch.yaml'],
  },
  ambassador: { container: 'ambassador', files: ['k8s/components/ambassador/sidecar-patch.yaml'] },
  'log-sidecar': { container: 'log-sidecar', files: ['k8s/components/log-sidecar/sidecar-patch.yaml'] },
} as const;

export type PodApp = keyof typeof places;

export interface PodOptions {
  /** Options of node, before the program. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const read = (file: string): string => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

/**
 * What a program outside of a pod needs so that it runs as in the pod: the image's options, with the heap's share of the
 * container's memory limit as a size, NODE_ENV, and the NODE_OPTIONS of the manifests.
 * @throws {Error} when the Dockerfile or the manifests have none of them any more.
 */
export function podOptions(app: PodApp): PodOptions {
  const { container: name, files } = places[app];
  const containers = files.flatMap((file) => {
    const { spec } = parse(read(file)) as {
      readonly spec: { readonly template: { readonly spec: PodSpec } };
    };
    const { containers = [], initContainers = [] } = spec.template.spec;
    return [...containers, ...initContainers].filter((container) => container.name === name);
  });
  const limit = containers
    .map(({ resources }) => resources?.limits?.memory)
    .find((memory) => memory !== undefined);
  const mebibytes = Number(/^(\d+)Mi$/.exec(limit ?? '')?.[1]);
  const entry = /^ENTRYPOINT (\[.*\])$/m.exec(read('Dockerfile'))?.[1];
  if (Number.isNaN(mebibytes) || entry === undefined)
    throw new Error(
      `${app}: no ENTRYPOINT in the Dockerfile, or no memory limit in Mi in ${files.join(', ')}`,
    );
  const args = (JSON.parse(entry) as readonly string[]).slice(1, -1).map((option) => {
    const [, percentage] = /^--max-old-space-size-percentage=(\d+)$/.exec(option) ?? [];
    if (percentage === undefined) return option;
    return `--max-old-space-size=${Math.floor((mebibytes * Number(percentage)) / 100)}`;
  });
  const nodeOptions = containers.flatMap(({ env = [] }) =>
    env.flatMap(({ name: variable, value }) =>
      variable === 'NODE_OPTIONS' && value !== undefined ? [value] : [],
    ),
  );
  return {
    args,
    env: {
      NODE_ENV: 'production',
      ...(nodeOptions.length === 0 ? {} : { NODE_OPTIONS: nodeOptions.join(' ') }),
    },
  };
}
