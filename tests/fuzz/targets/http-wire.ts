/** The ambassador in this process, between a client and an upstream that read and write raw sockets. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import { Lifecycle } from '@shop/lifecycle';
import { createLogger } from '@shop/logging';
import { Registry } from '@prometheus-io/client';
import { createAmbassador, type Ambassador } from '../../../apps/ambassador/src/app.ts';
import { toRoutes } from '../../../apps/ambassador/src/routes.ts';
import { Finding } from '../engine/target.ts';

/** Counts what happens on all sockets: once nothing happens, nothing more will. */
export class Activity {
  #count = 0;

  readonly happens = (): void => void (this.#count += 1);

  /** Resolves when nothing has happened for a while, counted in turns of the event loop and not in time. */
  async quiet(): Promise<void> {
    for (const turns of [30, 10]) {
      for (let left = turns, seen = this.#count; left > 0; left -= 1) {
        await turn();
        if (seen === this.#count) continue;
        seen = this.#count;
        left = turns;
      }
      await delay(1);
    }
  }
}

/** Polled, as a test that waits does; a busy machine only makes it take longer. */
export async function until(kind: string, what: string, holds: () => boolean): Promise<void> {
  // Longer than the time-outs below.
  const deadline = performance.now() + 20_000;
  for (let pauseMs = 1; !holds(); pauseMs = Math.min(2 * pauseMs, 100)) {
    if (performance.now() > deadline) throw new Finding(kind, what);
    await delay(pauseMs);
  }
}

export class Upstream {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  /** @param serve is given each connection. */
  constructor(activity: Activity, serve: (socket: Socket) => void) {
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      this.#sockets.add(socket);
      activity.happens();
      socket.on('data', activity.happens).on('error', () => socket.destroy());
      socket.once('end', () => socket.end());
      socket.once('close', () => {
        this.#sockets.delete(socket);
        activity.happens();
      });
      serve(socket);
    });
  }

  async listen(): Promise<string> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}

export class RunningAmbassador {
  readonly #ambassador: Ambassador;
  /** Log lines at level error and above: there must be none. */
  readonly errors: string[] = [];

  constructor(url: string) {
    const destination = { write: (line: string) => void this.errors.push(line) };
    const breaker = { errorThresholdPercentage: 100, volumeThreshold: 1_000_000 };
    const timeouts = { timeToFirstByteMs: 1500, idleMs: 1500 };
    const lifecycle = new Lifecycle();
    this.#ambassador = createAmbassador({
      config: {
        forwarded: 'replace',
        maxHeaderBytes: 16_384,
        headersTimeoutMs: 10_000,
        keepAliveTimeoutMs: 65_000,
        sendTimeoutMs: 60_000,
      },
      routes: toRoutes([{ prefix: '/', upstream: url, breaker, timeouts }]),
      logger: createLogger({ app: 'ambassador', level: 'error', destination }),
      registry: new Registry(),
      lifecycle,
    });
    lifecycle.started();
  }

  async listen(): Promise<number> {
    await once(this.#ambassador.server.listen(0, '127.0.0.1'), 'listening');
    return (this.#ambassador.server.address() as AddressInfo).port;
  }

  get inFlight(): number {
    return this.#ambassador.breakers()[0]?.inFlight ?? 0;
  }

  async close(): Promise<void> {
    this.#ambassador.server.closeAllConnections();
    await this.#ambassador.close();
  }
}

export class Client {
  readonly #socket: Socket;
  readonly #activity: Activity;
  received = '';
  closed = false;

  private constructor(socket: Socket, activity: Activity) {
    this.#socket = socket;
    this.#activity = activity;
    socket.on('data', (bytes: Buffer) => {
      this.received += bytes.toString('latin1');
      activity.happens();
    });
    const closed = (): void => {
      this.closed = true;
      activity.happens();
    };
    socket
      .once('end', closed)
      .once('close', closed)
      .on('error', () => socket.destroy());
  }

  static async connect(port: number, activity: Activity): Promise<Client> {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    await once(socket, 'connect');
    return new Client(socket, activity);
  }

  /** Each piece in a separate packet. */
  async send(pieces: readonly Buffer[]): Promise<void> {
    for (const piece of pieces) {
      if (this.#socket.destroyed) return;
      this.#socket.write(piece);
      if (pieces.length > 1) await turn();
    }
    this.#activity.happens();
  }

  end(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }
}

/** A normal request is answered, on a new connection. */
export async function expectServed(
  port: number,
  activity: Activity,
  path: string,
  body: string,
): Promise<void> {
  const client = await Client.connect(port, activity);
  await client.send([Buffer.from(`GET ${path} HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n`)]);
  try {
    await until(
      'afterwards',
      `a request afterwards is not answered: ${JSON.stringify(client.received)}`,
      () => client.closed,
    );
  } finally {
    client.destroy();
  }
  if (!client.received.startsWith('HTTP/1.1 200 ') || !client.received.endsWith(body))
    throw new Finding(
      'afterwards',
      `a request afterwards gets ${JSON.stringify(client.received.slice(0, 1000))}`,
    );
}
