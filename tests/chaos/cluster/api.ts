import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { context } from '../../../scripts/kind/names.ts';

/** The Kubernetes API for reading, over one `kubectl proxy`: a question costs no process. */
export interface Api extends AsyncDisposable {
  /** @param path for example `/api/v1/nodes`. @throws when it does not answer within two seconds, or not with 200. */
  get(path: string): Promise<string>;
}

const timeoutMs = 2_000;

/** @throws when kubectl cannot be started or has no such context. */
export async function openApi(): Promise<Api> {
  const child = spawn('kubectl', ['--context', context, 'proxy', '--port=0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // Ctrl-C ends it when everything has been restored, not before.
    detached: true,
  });
  const ended = once(child, 'close');
  const said: string[] = [];
  const stderr = createInterface({ input: child.stderr }).on('line', (line) => void said.push(line));
  const [line] = (await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    ended.then(() => [undefined]),
  ])) as [string | undefined];
  const port = /:(\d+)/.exec(line ?? '')?.[1];
  if (port === undefined) throw new Error(`kubectl proxy did not start: ${said.join(' ')}`);
  return {
    async get(path) {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, {
        signal: AbortSignal.timeout(timeoutMs),
      });
      const body = await response.text();
      if (response.status !== 200) throw new Error(`${path} was answered ${response.status}`);
      return body;
    },
    async [Symbol.asyncDispose]() {
      child.kill();
      await ended;
      stderr.close();
    },
  };
}
