import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** After 101 (Switching Protocols): the connection, and what has already been read from it. */
export interface Switched {
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** What an upstream answered: the header section is here, the body still comes. */
export class Reply {
  readonly outgoing: ClientRequest;
  readonly message: IncomingMessage;
  readonly tunnel: Switched | undefined;

  constructor(outgoing: ClientRequest, message: IncomingMessage, tunnel?: Switched) {
    this.outgoing = outgoing;
    this.message = message;
    this.tunnel = tunnel;
  }

  /**
   * Gives it up: closes its connection and drops what of the body is here unread. The request alone would not do: a
   * body that has arrived and waits for a slow client outlives it, and would never close.
   */
  destroy(): void {
    this.outgoing.destroy();
    this.message.destroy();
    this.tunnel?.socket.destroy();
  }

  /** Calls `ended` once, when the body or the upgraded connection has closed; at once where it has already. */
  whenClosed(ended: () => void): void {
    const stream = this.tunnel?.socket ?? this.message;
    if (stream.closed) ended();
    else stream.once('close', ended);
  }
}
