import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Exchange } from '../exchange.ts';
import type { Reply } from '../upstream/reply.ts';
import { responseHeaders } from './response-headers.ts';

/** Connections that have left HTTP: the server no longer knows them, so they are ended from here. */
export class Tunnels {
  readonly #clients = new Set<Duplex>();

  /** Passes 101 (Switching Protocols) on and then bytes, both ways, until either side has closed. */
  open(exchange: Exchange, { message, tunnel }: Reply & Required<Pick<Reply, 'tunnel'>>): void {
    const client = exchange.request.socket;
    const upstream = tunnel.socket as Socket;
    // A half that ends is piped as such; one that closes, or fails, ends the other.
    client.once('close', () => upstream.destroy());
    upstream.once('close', () => client.destroySoon());
    // Without a listener an error would end the process; `close` follows it.
    for (const socket of [client, upstream]) socket.on('error', () => undefined);
    if (exchange.ended || client.destroyed) return void upstream.destroy();
    for (const socket of [client, upstream]) {
      socket.setTimeout(0);
      socket.setNoDelay(true);
      // The only way to notice a peer that has vanished while nobody speaks.
      socket.setKeepAlive(true, 30_000);
    }
    this.#clients.add(client);
    client.once('close', () => this.#clients.delete(client));
    exchange.response.detachSocket(client);
    client.write(switchingProtocols(exchange, message));
    if (tunnel.head.length > 0) upstream.unshift(tunnel.head);
    upstream.pipe(client);
    client.pipe(upstream);
  }

  /** Says goodbye to all of them. */
  close(): void {
    for (const client of this.#clients) client.end();
  }
}

function switchingProtocols(exchange: Exchange, message: Reply['message']): string {
  const fields = responseHeaders(exchange, message);
  fields.push('Connection', 'Upgrade');
  if (message.headers.upgrade !== undefined) fields.push('Upgrade', message.headers.upgrade);
  let head = 'HTTP/1.1 101 Switching Protocols\r\n';
  for (let index = 0; index < fields.length; index += 2) head += `${fields[index]}: ${fields[index + 1]}\r\n`;
  return `${head}\r\n`;
}
