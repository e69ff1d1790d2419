import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** What an upstream answered: the header section is here, the body still comes. */
export interface Reply {
  readonly outgoing: ClientRequest;
  readonly message: IncomingMessage;
  /** After 101 (Switching Protocols): the connection, and what has already been read from it. */
  readonly tunnel?: { readonly socket: Duplex; readonly head: Buffer };
}
