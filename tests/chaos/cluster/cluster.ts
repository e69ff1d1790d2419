/** The ways in which these tests look at the cluster, and change it. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { inNamespace, kubectlOn } from '../../../scripts/cluster/kubectl.ts';
import { context } from '../../../scripts/kind/names.ts';
import { spawnTied } from '../../../scripts/support/run.ts';
import { temporaryFolder } from '../../../scripts/support/temporary-folder.ts';

/** Keeps running after Ctrl-C, so that changes can be undone. */
export const onCluster = kubectlOn(context, { ignoresCtrlC: true });

export const within = (namespace: string, ...args: readonly string[]): Promise<string> =>
  inNamespace(onCluster, namespace)(...args);

/** In the shop's namespace. */
export const kubectl = inNamespace(onCluster, 'shop');

export interface Cluster extends AsyncDisposable {
  readonly api: Api;
  readonly shells: NodeShells;
}

/** @throws when there is no kubectl or it has no such context. */
export async function openCluster(): Promise<Cluster> {
  const api = await openApi();
  const shells = new NodeShells();
  return {
    api,
    shells,
    async [Symbol.asyncDispose]() {
      shells[Symbol.dispose]();
      await api[Symbol.asyncDispose]();
    },
  };
}

/** Reads the Kubernetes API through one `kubectl proxy`, so that a request needs no new process. */
export interface Api extends AsyncDisposable {
  /** @param path for example `/api/v1/nodes`. @throws when it does not answer within two seconds, or not with 200. */
  get(path: string): Promise<string>;
}

/** For a response of the API or of a node. */
const timeoutMs = 2_000;

/**
 * On a port `kubectl proxy` would let every user of this machine in, with the rights of this one. It listens on a socket in
 * a folder that is closed to others.
 * @param program kubectl; another one in tests.
 * @throws when it cannot be started or has no such context.
 */
export async function openApi(program = 'kubectl'): Promise<Api> {
  const folder = temporaryFolder('kubectl-');
  const socketPath = join(folder.path, 'api');
  // Ctrl-C ends it when everything has been restored, not before; but it must not stay.
  const child = spawnTied(program, ['--context', context, 'proxy', `--unix-socket=${socketPath}`]);
  const ended = once(child, 'close');
  const said: string[] = [];
  const stderr = createInterface({ input: child.stderr }).on('line', (line) => void said.push(line));
  async function end(): Promise<void> {
    child.stdin.end();
    await ended;
    stderr.close();
    folder[Symbol.dispose]();
  }
  const isListening = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line').then(() => true),
    ended.then(() => false),
  ]);
  if (!isListening) {
    await end();
    throw new Error(`kubectl proxy did not start: ${said.join(' ')}`);
  }
  return {
    async get(path) {
      const { status, body } = await request(socketPath, path);
      if (status !== 200) throw new Error(`the response to ${path} is ${status}`);
      return body;
    },
    [Symbol.asyncDispose]: end,
  };
}

/** @throws when there is no whole response within two seconds. */
function request(
  socketPath: string,
  path: string,
): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const failed = (error: Error) =>
      reject(signal.aborted ? new Error(`no response to ${path} within ${timeoutMs / 1_000} s`) : error);
    http
      .get({ socketPath, path, signal }, (response) => {
        text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), failed);
      })
      .on('error', failed);
  });
}

/** What a shell prints behind each command's output. */
const end = '---end---';

/**
 * Keeps a shell open on each kind node, so that a command needs no new process here. It reaches the node's own pods as
 * kubelet does: network policies do not apply, and no control plane is needed.
 */
export class NodeShells implements Disposable {
  readonly #shells = new Map<string, Shell>();

  /** @returns what the command printed. @throws when the node does not answer within two seconds. */
  async run(node: string, command: string): Promise<string> {
    let shell = this.#shells.get(node);
    if (shell === undefined || shell.ended) {
      shell = new Shell(node);
      this.#shells.set(node, shell);
    }
    return await shell.run(command);
  }

  [Symbol.dispose](): void {
    for (const shell of this.#shells.values()) shell.close();
  }
}

class Shell {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #waiting: ((text: string | undefined) => void)[] = [];
  #lines: string[] = [];
  ended = false;

  constructor(node: string) {
    this.#child = spawn('docker', ['exec', '--interactive', node, 'bash'], { detached: true });
    this.#child.stderr.resume();
    this.#child.stdin.on('error', () => {});
    this.#child.on('error', () => this.close());
    this.#child.on('close', () => this.close());
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      if (line !== end) return void this.#lines.push(line);
      this.#waiting.shift()?.(this.#lines.join('\n'));
      this.#lines = [];
    });
  }

  async run(command: string): Promise<string> {
    const answer = await new Promise<string | undefined>((resolve) => {
      const timer = setTimeout(() => this.close(), timeoutMs);
      this.#waiting.push((text) => {
        clearTimeout(timer);
        resolve(text);
      });
      this.#child.stdin.write(`${command}\necho ${end}\n`);
    });
    if (answer === undefined) throw new Error('the node does not answer');
    return answer;
  }

  close(): void {
    if (this.ended) return;
    this.ended = true;
    this.#child.kill();
    for (const settle of this.#waiting.splice(0)) settle(undefined);
  }
}
