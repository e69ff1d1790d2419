import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { BSON, type Document } from 'mongodb';

const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;
const HEADER = 16;

/** A primary that confirms every command, and knows no data. */
export class FakeMongod implements AsyncDisposable {
  readonly port: number;
  readonly #close: () => Promise<void>;
  /** The clients' ends of the connections, where the clients run in this process. */
  readonly #clients = new Set<Socket>();
  readonly #note = (message: unknown) =>
    void this.#clients.add((message as { readonly socket: Socket }).socket);

  private constructor(port: number, close: () => Promise<void>) {
    this.port = port;
    this.#close = close;
    subscribe('net.client.socket', this.#note);
  }

  static async start(): Promise<FakeMongod> {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
      let received = Buffer.alloc(0);
      socket.on('data', (piece: Buffer) => {
        received = Buffer.concat([received, piece]);
        while (received.length >= HEADER && received.length >= received.readInt32LE(0)) {
          const message = received.subarray(0, received.readInt32LE(0));
          received = received.subarray(message.length);
          if (isAnswered(message)) socket.write(responseTo(message, mongod.port));
        }
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const mongod = new FakeMongod((server.address() as AddressInfo).port, async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    });
    return mongod;
  }

  /** From now on it is gone as the driver sees it in the first moment: what it writes waits for a `drain` that never comes. */
  vanish(): void {
    for (const socket of this.#clients) socket.write = () => false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    unsubscribe('net.client.socket', this.#note);
    // What waits for it goes on, so that nothing is left of the test.
    for (const socket of this.#clients) socket.emit('drain');
    for (const socket of this.#clients) socket.destroy();
    await this.#close();
  }
}

/** Not those of which the client says that it waits for no response (`moreToCome`). */
const isAnswered = (message: Buffer): boolean =>
  message.readInt32LE(12) !== OP_MSG || (message.readInt32LE(16) & 2) === 0;

/** The wire protocol: https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/ */
function responseTo(message: Buffer, port: number): Buffer {
  const host = `127.0.0.1:${port}`;
  const confirmed: Document = {
    ok: 1,
    helloOk: true,
    isWritablePrimary: true,
    setName: 'rs0',
    setVersion: 1,
    hosts: [host],
    primary: host,
    me: host,
    logicalSessionTimeoutMinutes: 30,
    maxBsonObjectSize: 2 ** 24,
    maxMessageSizeBytes: 48_000_000,
    maxWriteBatchSize: 100_000,
    minWireVersion: 0,
    maxWireVersion: 25,
  };
  const document = BSON.serialize(confirmed);
  const isQuery = message.readInt32LE(12) === OP_QUERY;
  // Behind the header: the flags, a cursor, where it starts and one document; or the flags and a section of kind 0.
  const front = Buffer.alloc(isQuery ? 20 : 5);
  if (isQuery) front.writeInt32LE(1, 16);
  const header = Buffer.alloc(HEADER);
  header.writeInt32LE(HEADER + front.length + document.length, 0);
  header.writeInt32LE(message.readInt32LE(4), 8);
  header.writeInt32LE(isQuery ? OP_REPLY : OP_MSG, 12);
  return Buffer.concat([header, front, document]);
}
