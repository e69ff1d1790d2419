import { inShop, kubectl } from './kubectl.ts';

/** What has become of the requests so far. */
export interface LoadCounts {
  readonly answered: number;
  /** No response, or one of 500 and above. */
  readonly failed: number;
  /** The first of them, and when it was, in words. */
  readonly firstFailure?: string;
}

export interface ClusterLoad extends AsyncDisposable {
  counts(): Promise<LoadCounts>;
}

/** Sends GETs at a steady rate, with at most so many in flight, and reports once a second what has become of them. */
const program = `
  const [url, perSecond, atOnce] = process.argv.slice(1);
  const counts = { answered: 0, failed: 0 };
  let inFlight = 0;
  const fail = (why) => {
    counts.failed += 1;
    counts.firstFailure ??= new Date().toISOString() + ' ' + why;
  };
  const send = async () => {
    inFlight += 1;
    try {
      const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) });
      await answer.arrayBuffer();
      if (answer.status < 500) counts.answered += 1;
      else fail('status ' + answer.status);
    } catch (error) {
      fail(String(error.cause?.code ?? error.message));
    }
    inFlight -= 1;
  };
  let due = 0;
  setInterval(() => {
    for (due += perSecond / 50; due >= 1; due -= 1) if (inFlight < atOnce) void send();
  }, 20);
  setInterval(() => console.log(JSON.stringify(counts)), 1000);
  process.once('SIGTERM', () => process.exit());
`;

/**
 * Load from within the cluster, past the limits of the Ingress: a pod that looks like the import to the network policies,
 * which may connect to both services. Disposing of it ends it.
 * @param url for example http://product/product?limit=1
 */
export async function startClusterLoad(
  name: string,
  url: string,
  { perSecond, atOnce = 8 }: { readonly perSecond: number; readonly atOnce?: number },
): Promise<ClusterLoad> {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop', labels: { app: 'catalogue-import', tier: 'load' } },
    spec: {
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: 2,
      restartPolicy: 'Never',
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'load',
          image: 'node:26.12.1-trixie-slim',
          imagePullPolicy: 'IfNotPresent',
          command: ['node', '-e', program, url, String(perSecond), String(atOnce)],
          resources: { requests: { cpu: '10m', memory: '48Mi' }, limits: { memory: '192Mi' } },
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
        },
      ],
    },
  };
  const remove = async () => {
    await inShop('delete', 'pod', name, '--ignore-not-found', '--wait=true');
  };
  await remove();
  await kubectl(['create', '--filename=-'], { input: JSON.stringify(pod) });
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
