/** Reads pods' admin ports through port-forwards: network policies allow no other connection from this machine. */
import http from 'node:http';
import { Duplex, PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { PortForward, type KubeConfig } from '@kubernetes/client-node';

const timeoutMs = 2_000;

export interface PodAddress {
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
}

/** Reads from the admin ports of pods. */
export interface AdminPorts {
  /** @throws when the pod does not answer 200 within two seconds. */
  get(address: PodAddress, path: string): Promise<string>;
  close(): void;
}

/** Keeps one connection to each pod, because a new one costs the API server and the kubelet some work. */
export class ForwardedAdminPorts implements AdminPorts {
  readonly #forward: PortForward;
  readonly #agents = new Map<string, http.Agent>();

  constructor(config: KubeConfig) {
    this.#forward = new PortForward(config, true);
  }

  async get(address: PodAddress, path: string): Promise<string> {
    const agent = this.#agentFor(address);
    return await new Promise<string>((resolve, reject) => {
      const signal = AbortSignal.timeout(timeoutMs);
      const request = http.request({ agent, path, host: 'localhost', signal }, (response) => {
        text(response)
          .then((body) => {
            if (response.statusCode !== 200) throw new Error(`${path} was answered ${response.statusCode}`);
            return resolve(body);
          }, reject)
          .catch(reject);
      });
      request.on('error', reject).end();
    });
  }

  close(): void {
    for (const agent of this.#agents.values()) agent.destroy();
  }

  #agentFor({ namespace, pod, port }: PodAddress): http.Agent {
    const key = `${namespace}/${pod}:${port}`;
    let agent = this.#agents.get(key);
    if (!agent) {
      agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
      const open = () => this.#open(namespace, pod, port);
      Object.assign(agent, { createConnection: open });
      this.#agents.set(key, agent);
    }
    return agent;
  }

  #open(namespace: string, pod: string, port: number): Duplex {
    const toPod = new PassThrough();
    const fromPod = new PassThrough();
    const tunnel = Tunnel.over(fromPod, toPod);
    this.#forward
      .portForward(namespace, pod, [port], fromPod, null, toPod)
      .then((socket) => {
        const webSocket = typeof socket === 'function' ? socket() : socket;
        webSocket?.addEventListener('close', () => tunnel.destroy());
        tunnel.once('close', () => webSocket?.close());
        return webSocket;
      })
      .catch((error: unknown) => tunnel.destroy(error instanceof Error ? error : new Error(String(error))));
    return tunnel;
  }
}

/** The parts of a socket that an http.Agent needs. */
class Tunnel extends Duplex {
  static over(readable: PassThrough, writable: PassThrough): Tunnel {
    const tunnel = new Tunnel({
      read: () => void readable.resume(),
      write: (chunk: Buffer, _encoding, done) => void writable.write(chunk, done),
      final: (done) => void writable.end(done),
      destroy: (error, done) => {
        writable.destroy();
        readable.destroy();
        done(error);
      },
    });
    readable.on('data', (chunk: Buffer) => {
      if (!tunnel.push(chunk)) readable.pause();
    });
    readable.once('end', () => tunnel.push(null));
    return tunnel;
  }

  setKeepAlive = (): this => this;
  setNoDelay = (): this => this;
  setTimeout = (): this => this;
  ref = (): this => this;
  unref = (): this => this;
}
