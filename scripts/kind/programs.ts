/** The programs that the scripts call: whether they are there, and of which version. */
import { readFileSync } from 'node:fs';
import { paths } from './names.ts';
import type { System } from './system.ts';

export interface Versions {
  /** Of the cluster's nodes: k8s/platform/kind/cluster.yaml. */
  readonly kubernetes: string;
  readonly docker: { readonly minimum: string };
  readonly kind: Tool;
  readonly kubectl: Tool;
  readonly skaffold: Tool;
}

interface Tool {
  readonly minimum: string;
  /** What CI installs. */
  readonly tested: string;
}

/** versions.json: the one place where the versions of the tools are; workflows and documents have them from there. */
export const versions = JSON.parse(readFileSync(`${paths.root}versions.json`, 'utf8')) as Versions;

const commands = {
  docker: ['--version'],
  buildx: ['buildx', 'version'],
  kind: ['version'],
  kubectl: ['version', '--client', '--output=json'],
  skaffold: ['version'],
  openssl: ['version'],
} as const;
export type ProgramName = keyof typeof commands;

/** The command that prints a program's version. */
export const versionCommand = (name: ProgramName): readonly [string, readonly string[]] => [
  name === 'buildx' ? 'docker' : name,
  commands[name],
];

/** What a program printed; undefined where it is missing or does not run. */
export type Said = string | undefined;

/** @returns one line: what is wrong with a program, and what to do on this system. */
export function programProblem(
  name: ProgramName,
  said: Said,
  system: System,
  { arch = process.arch, wanted = versions, anyVersion = false } = {},
): string | undefined {
  const install = howToInstall(name, system, arch, wanted);
  const [command, args] = versionCommand(name);
  if (said === undefined)
    return `${labels[name]} does not run: \`${[command, ...args].join(' ')}\` fails. ${install}`;
  if (name === 'docker' && /podman/i.test(said))
    return `docker is Podman here, which the scripts have not been tried with. ${install}`;
  if (anyVersion || name === 'buildx' || name === 'openssl') return undefined;
  const found = /\bv?(\d+\.\d+\.\d+)/.exec(said)?.[1];
  // A program that was built from source may not know its version.
  if (found === undefined || found === '0.0.0') return undefined;
  const least = name === 'kubectl' ? leastKubectl(wanted) : wanted[name].minimum;
  if (compareVersions(found, least) >= 0) return undefined;
  return `${name} is ${found}, and ${least} or newer is needed${reasons[name] ?? ''}. ${install}`;
}

/** Advice: it does not stop the command. */
export function programAdvice(name: ProgramName, said: Said, wanted = versions): string | undefined {
  if (name !== 'kubectl') return undefined;
  const found = /\bv?(\d+\.\d+\.\d+)/.exec(said ?? '')?.[1];
  if (found === undefined || minor(found) <= minor(wanted.kubernetes) + 1) return undefined;
  return (
    `kubectl ${found} is more than one minor version newer than the cluster's ${wanted.kubernetes}: ` +
    `that is outside of Kubernetes' version skew policy. Lessons may print something else`
  );
}

const labels: Readonly<Record<ProgramName, string>> = {
  docker: 'docker',
  buildx: "docker's plugin buildx",
  kind: 'kind',
  kubectl: 'kubectl',
  skaffold: 'skaffold',
  openssl: 'openssl',
};

const reasons: Readonly<Partial<Record<ProgramName, string>>> = {
  kind: ' for the node images of k8s/platform/kind/cluster.yaml',
  kubectl: ' for this cluster, and for what the lessons expect it to print',
};

/** One minor version older than the server is supported: https://kubernetes.io/releases/version-skew-policy/#kubectl */
export function leastKubectl({ kubectl, kubernetes }: Versions = versions): string {
  const supported = `1.${minor(kubernetes) - 1}.0`;
  return compareVersions(supported, kubectl.minimum) > 0 ? supported : kubectl.minimum;
}

const minor = (version: string): number => Number(version.split('.')[1]);

/** Negative when `a` is older. Three numbers each. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  return (
    [0, 1, 2].map((i) => (left?.[i] ?? 0) - (right?.[i] ?? 0)).find((difference) => difference !== 0) ?? 0
  );
}

const get = (program: string, url: string): string =>
  `Install it: curl -fLo ${program} ${url} && sudo install ${program} /usr/local/bin/`;

function howToInstall(name: ProgramName, system: System, nodeArch: string, wanted: Versions): string {
  const arch = nodeArch === 'arm64' ? 'arm64' : 'amd64';
  if (name === 'docker')
    return system === 'linux'
      ? 'Install Docker Engine (https://docs.docker.com/engine/install/)'
      : system === 'wsl'
        ? 'Install Docker Desktop and switch its WSL integration on for this distribution ' +
          '(https://docs.docker.com/desktop/features/wsl/), or Docker Engine in it'
        : 'Install Docker Desktop (https://docs.docker.com/get-started/get-docker/)';
  if (name === 'buildx')
    return system === 'macos'
      ? 'Docker Desktop has it; with Colima: brew install docker-buildx, and follow what it prints'
      : "Install it: the package docker-buildx-plugin of Docker's repository, or docker-buildx of the distribution";
  if (system === 'macos') return `Install it: brew install ${name}`;
  switch (name) {
    case 'kind':
      return get('kind', `https://kind.sigs.k8s.io/dl/v${wanted.kind.tested}/kind-linux-${arch}`);
    case 'kubectl':
      return get('kubectl', `https://dl.k8s.io/release/v${wanted.kubectl.tested}/bin/linux/${arch}/kubectl`);
    case 'skaffold':
      return get(
        'skaffold',
        `https://storage.googleapis.com/skaffold/releases/v${wanted.skaffold.tested}/skaffold-linux-${arch}`,
      );
    case 'openssl':
      return 'Install it with the package manager of the system: the package openssl';
  }
}
