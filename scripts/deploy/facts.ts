/** What is read from the cluster before anything is changed. */
import type { Kubectl } from '../cluster/kubectl.ts';
import { CommandError } from '../support/run.ts';
import type {
  Claim,
  EndpointSlice,
  IngressClass,
  Named,
  Node,
  Pod,
  Quota,
  Secret,
  Service,
  StorageClass,
} from '@shop/testing/kubernetes';
import { lackedBy, toDeploy, type Permission } from './permissions.ts';

export interface Facts {
  /** Such as `1.37.0`; undefined: the cluster does not respond. */
  readonly version?: string;
  /** Why the cluster does not respond, or what could not be read, one line each. */
  readonly unread: readonly string[];
  /** The same for facts that a deployment can do without. Those members are then undefined. */
  readonly unknown: readonly string[];
  readonly lacked: readonly Permission[];
  readonly nodes: readonly Node[];
  readonly pods?: readonly Pod[];
  readonly ingressClasses: readonly IngressClass[];
  readonly storageClasses: readonly StorageClass[];
  /** Names of CSI drivers. */
  readonly csiDrivers?: readonly string[];
  /** Workloads of kube-system and others that run on every node. */
  readonly daemonSets?: readonly Named[];
  /** The API server's endpoints: of its Service, and where it really listens. */
  readonly apiServer: readonly EndpointSlice[];
  readonly dns?: Service;
  readonly namespace?: Named;
  /** Workloads of the namespace shop. */
  readonly workloads: readonly Named[];
  readonly claims: readonly Claim[];
  readonly secrets: readonly Secret[];
  readonly quotas: readonly Quota[];
}

const nothing = {
  lacked: [],
  unknown: [],
  nodes: [],
  ingressClasses: [],
  storageClasses: [],
  apiServer: [],
  workloads: [],
  claims: [],
  secrets: [],
  quotas: [],
};

/** kubectl's last line is the reason. */
const lastLine = (text: string): string => text.split('\n').at(-1)?.slice(0, 300) ?? '';

/** Reads everything at the same time. What cannot be read is in `unread`; it never fails. */
export async function readFacts(kubectl: Kubectl): Promise<Facts> {
  const unread: string[] = [];
  const unknown: string[] = [];
  const attempt = async <T, O>(work: () => Promise<T>, otherwise: O, reasons = unread): Promise<T | O> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      reasons.push(lastLine(error.output || error.summary));
      return otherwise;
    }
  };
  const ask = (args: readonly string[]) => kubectl(['--request-timeout=30s', ...args]);

  const version = await attempt(
    async () => serverVersion(await ask(['version', '--output=json'])),
    undefined,
  );
  if (version === undefined) return { unread, ...nothing };

  const list = <T>(args: readonly string[]): Promise<readonly T[]> =>
    attempt(
      async () => (JSON.parse(await ask(['get', ...args, '--output=json'])) as { items: T[] }).items,
      [],
    );
  /** Only users with rights in the whole cluster can list these. */
  const perhaps = <T>(args: readonly string[]): Promise<readonly T[] | undefined> =>
    attempt(
      async () => (JSON.parse(await ask(['get', ...args, '--output=json'])) as { items: T[] }).items,
      undefined,
      unknown,
    );
  const single = <T>(args: readonly string[], reasons = unread): Promise<T | undefined> =>
    attempt(
      async () => {
        const text = await ask(['get', ...args, '--ignore-not-found', '--output=json']);
        return text === '' ? undefined : (JSON.parse(text) as T);
      },
      undefined,
      reasons,
    );
  const inShop = ['--namespace=shop'];

  const namespace = await single<Named>(['namespace', 'shop']);
  const isThere = namespace !== undefined;
  const [lacked, nodes, pods, ingressClasses, storageClasses, csiDrivers, daemonSets, apiServer, dns] =
    await Promise.all([
      attempt(() => lackedBy(kubectl, toDeploy), []),
      list<Node>(['nodes']),
      perhaps<Pod>(['pods', '--all-namespaces']),
      list<IngressClass>(['ingressclasses']),
      list<StorageClass>(['storageclasses']),
      perhaps<Named>(['csidrivers']),
      perhaps<Named>(['daemonsets', '--all-namespaces']),
      perhaps<EndpointSlice>([
        'endpointslices',
        '--namespace=default',
        '--selector=kubernetes.io/service-name=kubernetes',
      ]),
      single<Service>(['service', 'kube-dns', '--namespace=kube-system'], unknown),
    ]);
  const [workloads, claims, secrets, quotas] = isThere
    ? await Promise.all([
        list<Named>(['deployments,statefulsets,daemonsets', ...inShop]),
        list<Claim>(['persistentvolumeclaims', ...inShop]),
        // Names and types only, never the content.
        secretsOf(ask, attempt),
        list<Quota>(['resourcequotas', ...inShop]),
      ])
    : [[], [], [], []];
  return {
    version,
    unread,
    unknown,
    lacked,
    nodes,
    ingressClasses,
    storageClasses,
    apiServer: apiServer ?? [],
    ...(pods === undefined ? {} : { pods }),
    ...(csiDrivers === undefined ? {} : { csiDrivers: csiDrivers.map(({ metadata }) => metadata.name) }),
    ...(daemonSets === undefined ? {} : { daemonSets }),
    workloads,
    claims,
    secrets,
    quotas,
    ...(dns === undefined ? {} : { dns }),
    ...(namespace === undefined ? {} : { namespace }),
  };
}

type Attempt = <T, O>(work: () => Promise<T>, otherwise: O) => Promise<T | O>;

function secretsOf(
  ask: (args: readonly string[]) => Promise<string>,
  attempt: Attempt,
): Promise<readonly Secret[]> {
  const lines = 'jsonpath={range .items[*]}{.metadata.name}{" "}{.type}{"\\n"}{end}';
  return attempt(async () => {
    const text = await ask(['get', 'secrets', '--namespace=shop', '--output', lines]);
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => {
        const [name = '', type = ''] = line.split(' ');
        return { metadata: { name }, type };
      });
  }, []);
}

function serverVersion(text: string): string | undefined {
  const { serverVersion: server } = JSON.parse(text) as { serverVersion?: { gitVersion?: string } };
  return /^v?(\d+\.\d+\.\d+)/.exec(server?.gitVersion ?? '')?.[1];
}
