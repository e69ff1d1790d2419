import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** One end of a TCP connection on which a test reads and writes raw bytes: latin1, one character a byte. */
export class Wire implements AsyncDisposable {
  readonly socket: Socket;
  #received = '';
  #ending: 'open' | 'ended' | 'reset' = 'open';
  readonly #waiting = new Set<() => void>();

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#received += chunk.toString('latin1');
      this.#changed();
    });
    socket.once('end', () => this.#end('ended'));
    socket.once('close', () => this.#end('ended'));
    socket.on('error', () => this.#end('reset'));
  }

  static async connect(port: number, first = ''): Promise<Wire> {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    await once(socket, 'connect');
    const wire = new Wire(socket);
    if (first) wire.send(first);
    return wire;
  }

  get received(): string {
    return this.#received;
  }

  /** How the peer has left. */
  get ending(): 'open' | 'ended' | 'reset' {
    return this.#ending;
  }

  send(text: string): void {
    this.socket.write(text, 'latin1');
  }

  /** Waits until `part` was received (so many times). @returns everything received. */
  async until(part: string | RegExp, times = 1): Promise<string> {
    const pattern = typeof part === 'string' ? part : new RegExp(part, 'g');
    const count = () =>
      typeof pattern === 'string'
        ? this.#received.split(pattern).length - 1
        : (this.#received.match(pattern) ?? []).length;
    await this.#wait(`${part} was not received`, () => count() >= times);
    return this.#received;
  }

  /** Waits until the peer has closed or reset. @returns everything received. */
  async closed(): Promise<string> {
    await this.#wait('', () => this.#ending !== 'open');
    return this.#received;
  }

  async #wait(what: string, holds: () => boolean): Promise<void> {
    while (!holds()) {
      if (this.#ending !== 'open') throw new Error(`${what}, but only: ${JSON.stringify(this.#received)}`);
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve);
      });
    }
  }

  #end(how: 'ended' | 'reset'): void {
    if (this.#ending !== 'open') return;
    this.#ending = how;
    this.#changed();
  }

  #changed(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.destroy();
    if (!this.socket.closed) await once(this.socket, 'close');
  }
}

/** A TCP server on whose connections a test reads and writes raw bytes. */
export class RawUpstream implements AsyncDisposable {
  readonly wires: Wire[] = [];
  readonly port: number;
  readonly #server: Server;
  readonly #arrivals = new Set<() => void>();

  private constructor(server: Server, script: (wire: Wire, index: number) => void) {
    this.port = (server.address() as AddressInfo).port;
    this.#server = server;
    server.on('connection', (socket) => {
      const wire = new Wire(socket);
      this.wires.push(wire);
      script(wire, this.wires.length - 1);
      for (const resolve of this.#arrivals) resolve();
    });
  }

  /** @param script what is done with each connection, the `index`-th. */
  static async start(script: (wire: Wire, index: number) => void = () => undefined): Promise<RawUpstream> {
    const server = createServer({ allowHalfOpen: true });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new RawUpstream(server, script);
  }

  /** Answers every header section on every connection with the same bytes. */
  static answering(response: string): Promise<RawUpstream> {
    return RawUpstream.start((wire) => {
      let answered = 0;
      wire.socket.on('data', () => {
        const heads = wire.received.split('\r\n\r\n').length - 1;
        for (; answered < heads; answered += 1) wire.send(response);
      });
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The `index`-th connection, once it is there. */
  async wire(index = 0): Promise<Wire> {
    while (this.wires.length <= index)
      await new Promise<void>((resolve) => {
        this.#arrivals.add(resolve);
      });
    return this.wires[index] as Wire;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const wire of this.wires) wire.socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** The decoded parts of one raw HTTP message without chunks. */
export function parseHead(raw: string): { start: string; headers: Record<string, string>; body: string } {
  const end = raw.indexOf('\r\n\r\n');
  const [start = '', ...lines] = raw.slice(0, end).split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.indexOf(':')).toLowerCase(),
      line.slice(line.indexOf(':') + 1).trim(),
    ]),
  );
  return { start, headers, body: raw.slice(end + 4) };
}
