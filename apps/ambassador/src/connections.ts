import type { Socket } from 'node:net';
import type { Exchange } from './exchange.ts';

/** The server's connections and what is under way on each; pipelining (RFC 9112, section 9.3.2) can make it several. */
export class Connections {
  readonly #exchanges = new Map<Socket, Exchange[]>();

  opened(socket: Socket, ended: (exchange: Exchange) => void): void {
    const exchanges: Exchange[] = [];
    this.#exchanges.set(socket, exchanges);
    socket.once('close', () => {
      this.#exchanges.delete(socket);
      // Those that have left HTTP: Node no longer tells their responses.
      for (const exchange of exchanges.slice()) ended(exchange);
    });
  }

  begin(exchange: Exchange): void {
    this.#exchanges.get(exchange.request.socket)?.push(exchange);
  }

  end(exchange: Exchange): void {
    const exchanges = this.#exchanges.get(exchange.request.socket);
    const index = exchanges?.indexOf(exchange) ?? -1;
    if (index !== -1) exchanges?.splice(index, 1);
  }

  /** The exchanges under way on a connection, in the order of their requests. */
  under(socket: Socket): readonly Exchange[] {
    return [...(this.#exchanges.get(socket) ?? [])];
  }

  /** Connections on which nothing has come yet: the server does not count them as idle, and would wait for them. */
  dropUnused(): void {
    for (const socket of this.#exchanges.keys()) if (socket.bytesRead === 0) socket.destroy();
  }
}
