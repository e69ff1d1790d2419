// oxlint-disable no-underscore-dangle -- Node's name for what counts the bytes that the system takes.
import type { Socket } from 'node:net';
import { closeInStages } from '@shop/lifecycle';
import type { Exchange } from './exchange.ts';

interface Connection {
  readonly exchanges: Exchange[];
  /** The latest request's exchange, if it has a body; its response may have been sent before the body's end. */
  latest?: Exchange | undefined;
  /** Bytes of responses that the system has taken, and the time since which it has taken no more. */
  taken: number;
  takenAt: number;
}

/** What Node's types leave out of a socket. */
interface Internals {
  readonly _handle?: { readonly bytesWritten: number; readonly writeQueueSize: number } | null;
}

const safeMethods: ReadonlySet<string | undefined> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);
const isSafe = ({ request }: Exchange): boolean => safeMethods.has(request.method);

/** The server's connections with the exchanges in progress on each; pipelining (RFC 9112, section 9.3.2) can make it several. */
export class Connections {
  readonly #connections = new Map<Socket, Connection>();

  opened(socket: Socket, ended: (exchange: Exchange) => void): void {
    const exchanges: Exchange[] = [];
    this.#connections.set(socket, { exchanges, taken: 0, takenAt: 0 });
    // Node's server calls this after a response with `Connection: close`. It would reset a client that still sends its
    // request.
    socket.destroySoon = () => {
      // Requests behind that one get no response.
      for (const exchange of exchanges.slice()) ended(exchange);
      closeInStages(socket);
    };
    socket.once('close', () => {
      this.#connections.delete(socket);
      // Exchanges that have left HTTP: Node emits no more events on their responses.
      for (const exchange of exchanges.slice()) ended(exchange);
    });
  }

  begin(exchange: Exchange): void {
    const connection = this.#connections.get(exchange.request.socket);
    if (!connection) return;
    connection.exchanges.push(exchange);
    connection.latest = exchange.bodyless ? undefined : exchange;
  }

  end(exchange: Exchange): void {
    const exchanges = this.#connections.get(exchange.request.socket)?.exchanges;
    const index = exchanges?.indexOf(exchange) ?? -1;
    if (index !== -1) exchanges?.splice(index, 1);
  }

  /** The exchanges in progress on a connection, in the order of their requests. */
  under(socket: Socket): readonly Exchange[] {
    return [...(this.#connections.get(socket)?.exchanges ?? [])];
  }

  /** The exchange whose request body has not ended yet; its response may have been sent already. */
  unread(socket: Socket): Exchange | undefined {
    const latest = this.#connections.get(socket)?.latest;
    return latest?.request.complete ? undefined : latest;
  }

  /**
   * The exchange that this one has to wait for: RFC 9112, section 9.3.2, lets pipelined requests be passed on in parallel
   * only where all of them have safe methods.
   */
  blocking(exchange: Exchange): Exchange | undefined {
    const exchanges = this.#connections.get(exchange.request.socket)?.exchanges;
    if (exchanges === undefined || exchanges[0] === exchange) return undefined;
    const before = exchanges.slice(0, Math.max(0, exchanges.indexOf(exchange)));
    return isSafe(exchange) ? before.findLast((candidate) => !isSafe(candidate)) : before.at(-1);
  }

  /**
   * Destroys each connection whose client has read nothing of its response for `sendTimeoutMs`. Call it regularly: no
   * exchange has a timer for this. Upgraded connections have their own deadlines.
   * @param now milliseconds.
   */
  dropStalled(sendTimeoutMs: number, now: number): void {
    for (const [socket, connection] of this.#connections) {
      const handle = (socket as unknown as Internals)._handle;
      if (!handle) continue;
      // A part of a large piece counts as progress, too.
      const taken = handle.bytesWritten - handle.writeQueueSize;
      const waits = socket.writableLength > 0 && connection.exchanges[0]?.outcome !== 'upgraded';
      if (!waits || taken !== connection.taken) Object.assign(connection, { taken, takenAt: now });
      else if (now - connection.takenAt >= sendTimeoutMs) socket.destroy();
    }
  }

  /** Connections without a request so far: the server does not count them as idle, and would wait for them. */
  dropUnused(): void {
    for (const socket of this.#connections.keys()) if (socket.bytesRead === 0) socket.destroy();
  }
}
