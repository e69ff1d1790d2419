import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { context } from '../../scripts/kind/names.ts';

export interface Target {
  readonly labels: Readonly<Record<string, string>>;
  readonly health: 'up' | 'down' | 'unknown';
  readonly scrapeUrl: string;
  readonly lastError: string;
}
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}
export interface ActiveAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly state: 'pending' | 'firing';
}

/** The Prometheus of the cluster, queried through `kubectl port-forward` as its users do. */
export interface Prometheus extends AsyncDisposable {
  targets(): Promise<readonly Target[]>;
  /** An instant query that answers with a vector. */
  query(expression: string): Promise<readonly Sample[]>;
  alerts(): Promise<readonly ActiveAlert[]>;
}

/** @throws with kubectl's output when there is no Prometheus. */
export async function openPrometheus(): Promise<Prometheus> {
  // Port 0: one that is free.
  const args = [
    '--context',
    context,
    '--namespace',
    'monitoring',
    'port-forward',
    'service/prometheus',
    ':9090',
  ];
  const child = spawn('kubectl', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'close');
  const said: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => said.push(text));
  const close = async () => {
    child.kill();
    await ended;
  };
  const port = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [, found] = /^Forwarding from 127\.0\.0\.1:(\d+)/.exec(line) ?? [];
      if (found !== undefined) resolve(found);
    });
    child.once('close', () => reject(new Error(`kubectl port-forward to Prometheus: ${said.join('')}`)));
  });

  async function ask<T>(path: string, parameters: Readonly<Record<string, string>> = {}): Promise<T> {
    const url = `http://127.0.0.1:${port}/api/v1/${path}?${new URLSearchParams(parameters).toString()}`;
    const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) });
    const body = (await answer.json()) as { status: string; error?: string; data: T };
    if (body.status !== 'success') throw new Error(`Prometheus refuses ${path}: ${body.error}`);
    return body.data;
  }
  return {
    targets: async () => (await ask<{ activeTargets: Target[] }>('targets')).activeTargets,
    async query(expression) {
      const { result } = await ask<{
        result: readonly { metric: Record<string, string>; value: readonly [number, string] }[];
      }>('query', { query: expression });
      return result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
    },
    alerts: async () => (await ask<{ alerts: ActiveAlert[] }>('alerts')).alerts,
    [Symbol.asyncDispose]: close,
  };
}
