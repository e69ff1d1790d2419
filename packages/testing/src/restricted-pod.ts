/** What the Pod Security level `restricted` requires of a container, and a read-only root. */
export const restrictedContainer = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
} as const;

/** The same for a pod. */
export const restrictedPodSecurity = {
  runAsNonRoot: true,
  runAsUser: 1000,
  seccompProfile: { type: 'RuntimeDefault' },
} as const;

interface Options {
  readonly name: string;
  readonly namespace: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly image: string;
  readonly command?: readonly string[];
  /** The limit; a quarter of it is requested. */
  readonly memoryMi: number;
  /** In addition to the container's members. */
  readonly container?: object;
  /** Members that are added to the spec, or replace those it has. */
  readonly spec?: object;
}

/**
 * The manifest of a pod with one container that the namespace shop admits: no root, no capabilities, requests and
 * limits.
 */
export function restrictedPod(options: Options) {
  const { name, namespace, labels = {}, image, command, memoryMi, container = {}, spec = {} } = options;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels },
    spec: {
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 0,
      securityContext: restrictedPodSecurity,
      containers: [
        {
          name,
          image,
          imagePullPolicy: 'IfNotPresent',
          ...(command === undefined ? {} : { command }),
          resources: {
            requests: { cpu: '10m', memory: `${memoryMi / 4}Mi` },
            limits: { memory: `${memoryMi}Mi` },
          },
          securityContext: restrictedContainer,
          ...container,
        },
      ],
      ...spec,
    },
  } as const;
}

/**
 * A restricted pod with Node that does nothing by itself, to try connections from: see
 * `tests/support/try-connection.ts`.
 */
export const idleNode = (options: Omit<Options, 'image' | 'command' | 'memoryMi'>) =>
  restrictedPod({
    image: 'node:26-trixie-slim',
    command: ['node', '--eval', 'setInterval(() => {}, 1e9)'],
    memoryMi: 128,
    ...options,
  });
