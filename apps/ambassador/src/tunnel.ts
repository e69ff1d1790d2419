import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { closeInStages } from '@shop/lifecycle';
import { Deadline, type Exchange } from './exchange.ts';
import { responseHeaders } from './fields.ts';
import type { Switched } from './upstream/attempt.ts';

/**
 * How long one end may take, in milliseconds, to receive what was sent to it after the other end has closed. Until then
 * the tunnel counts towards the limit of its upstream.
 */
const farewellMs = 5000;

/**
 * A connection that has left HTTP, as two sockets. Each direction ends independently: bytes go on until their sender
 * ends. Once one direction has ended, the other has a time-out.
 */
class Tunnel {
  readonly #client: Socket;
  readonly #upstream: Socket;
  readonly #idleMs: number;
  readonly #deadline = new Deadline();

  constructor(client: Socket, upstream: Socket, idleMs: number) {
    this.#client = client;
    this.#upstream = upstream;
    this.#idleMs = idleMs;
    for (const socket of [client, upstream]) {
      socket.setTimeout(0);
      socket.setNoDelay(true);
      // The only way to notice a peer that has vanished without traffic.
      socket.setKeepAlive(true, 30_000);
      socket.once('end', () => this.#expect(this.#moved()));
    }
    this.#endsWith(client, upstream);
    this.#endsWith(upstream, client);
    upstream.pipe(client);
    client.pipe(upstream);
  }

  /** Ends both sockets. */
  close(): void {
    for (const socket of [this.#client, this.#upstream]) closeInStages(socket, { totalMs: farewellMs });
  }

  /** When one socket closes, the bytes that it sent are still delivered to the other, which is then closed, too. */
  #endsWith(from: Socket, to: Socket): void {
    from.once('close', () => {
      this.#deadline.clear();
      closeInStages(to, { totalMs: farewellMs });
    });
  }

  /** Closes the tunnel unless more than `before` bytes have moved in time. */
  #expect(before: number): void {
    this.#deadline.set(this.#idleMs, () => {
      const now = this.#moved();
      if (now !== before) return this.#expect(now);
      this.#client.destroy();
      this.#upstream.destroy();
    });
  }

  /** Bytes read, and bytes taken by the system, of both sockets. */
  #moved(): number {
    let bytes = 0;
    for (const { bytesRead, bytesWritten, writableLength } of [this.#client, this.#upstream])
      bytes += bytesRead + bytesWritten - writableLength;
    return bytes;
  }
}

/** Connections that have left HTTP. The server no longer knows them, so they are ended from here. */
export class Tunnels {
  readonly #open = new Set<Tunnel>();

  /**
   * Passes 101 (Switching Protocols) on and then bytes, both ways.
   * @param idleMs how long the rest may be silent once one half has ended.
   */
  open(exchange: Exchange, message: IncomingMessage, { socket, head }: Switched, idleMs: number): void {
    const client = exchange.request.socket;
    const upstream = socket as Socket;
    // Without a listener an error would end the process; `close` follows it.
    for (const end of [client, upstream]) end.on('error', () => undefined);
    if (exchange.ended || client.destroyed) return void upstream.destroy();
    exchange.response.detachSocket(client);
    client.write(switchingProtocols(exchange, message));
    if (head.length > 0) upstream.unshift(head);
    const tunnel = new Tunnel(client, upstream, idleMs);
    this.#open.add(tunnel);
    client.once('close', () => this.#open.delete(tunnel));
  }

  close(): void {
    for (const tunnel of this.#open) tunnel.close();
  }
}

function switchingProtocols(exchange: Exchange, message: IncomingMessage): string {
  const fields = responseHeaders(exchange.request, message, exchange.context.requestId);
  fields.push('Connection', 'Upgrade');
  if (message.headers.upgrade !== undefined) fields.push('Upgrade', message.headers.upgrade);
  let head = 'HTTP/1.1 101 Switching Protocols\r\n';
  for (let index = 0; index < fields.length; index += 2) head += `${fields[index]}: ${fields[index + 1]}\r\n`;
  return `${head}\r\n`;
}
