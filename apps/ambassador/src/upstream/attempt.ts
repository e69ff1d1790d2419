import type { ClientRequest, IncomingMessage, InformationEvent } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Exchange } from '../exchange.ts';
import { passInterim } from '../interim.ts';
import type { UpstreamSettings } from '../routes/upstream-settings.ts';
import { passTrailers } from '../trailers.ts';
import { isOffered } from '../upgrade.ts';
import { Deadline } from './deadline.ts';
import { CallFailure, ClientFailure, connectionFailure } from './failure.ts';
import type { Proxy, ProxyEvents } from './proxy.ts';
import { Reply } from './reply.ts';

/**
 * One attempt to get a reply, from http-proxy's `web()` to the response's header section or a failure. It settles
 * exactly once, whatever upstream and client do: every wait of it is bounded by its deadline.
 */
export class Attempt implements ProxyEvents {
  readonly #exchange: Exchange;
  readonly #timeouts: UpstreamSettings['timeouts'];
  readonly #deadline = new Deadline();
  readonly #resolve: (reply: Reply) => void;
  readonly #reject: (failure: Error) => void;
  #settled = false;
  #outgoing: ClientRequest | undefined;
  #connected = false;
  /** What the socket had read before this attempt; pooled ones have read earlier responses. */
  #bytesBefore = 0;

  constructor(
    exchange: Exchange,
    timeouts: UpstreamSettings['timeouts'],
    resolve: (reply: Reply) => void,
    reject: (failure: Error) => void,
  ) {
    this.#exchange = exchange;
    this.#timeouts = timeouts;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  start(proxy: Proxy, second: boolean): void {
    const exchange = this.#exchange;
    exchange.underway = this;
    // Listens before http-proxy does, which then ends the request to the upstream.
    if (!exchange.bodyless)
      exchange.request.once('end', () => this.#outgoing && passTrailers(exchange.request, this.#outgoing));
    try {
      proxy.web(exchange, this, second);
    } catch (error) {
      // Node refuses some header sections and targets that its own parser lets in.
      this.#fail(
        new CallFailure('upstream-error', 'The request cannot be passed on.', { cause: error, unsent: true }),
      );
    }
  }

  /** The client left. */
  destroy(): void {
    this.#fail(new ClientFailure('The client left.'));
  }

  /** http-proxy has a connection for the request, perhaps not connected yet; nothing has been sent. */
  begin(outgoing: ClientRequest): void {
    if (this.#settled) return void outgoing.destroy();
    this.#outgoing = outgoing;
    const socket = outgoing.socket as Socket;
    this.#bytesBefore = socket.bytesRead;
    outgoing.on('information', (interim) => this.#passInterim(interim));
    outgoing.once('response', (message) => this.#onResponse(new Reply(outgoing, message)));
    outgoing.once('close', () => this.#settled || this.failed(closedEarly()));
    if (this.#exchange.upgrade)
      outgoing.once('upgrade', (message: IncomingMessage, socket: Duplex, head: Buffer) =>
        this.#onUpgrade(new Reply(outgoing, message, { socket, head }), socket),
      );
    if (this.#exchange.expectsContinue) this.#expectContinue(outgoing);
    if (!socket.connecting) return this.#onConnected();
    this.#deadline.set(this.#timeouts.connectMs, () =>
      this.#timeOut('No connection to the upstream in time.'),
    );
    socket.once('connect', () => this.#onConnected());
  }

  /** http-proxy's report of an error on the request to the upstream, or on the client's. */
  readonly failed = (error: NodeJS.ErrnoException): void => {
    if (this.#settled) return;
    const { request } = this.#exchange;
    if (request.destroyed && !request.complete) return this.#fail(new ClientFailure('The client left.'));
    const bytes = this.#outgoing?.socket?.bytesRead ?? 0;
    this.#fail(connectionFailure(error, this.#connected, bytes > this.#bytesBefore));
  };

  #onConnected(): void {
    if (this.#settled) return;
    this.#connected = true;
    const { request, bodyless } = this.#exchange;
    if (bodyless || request.readableEnded) return this.#awaitResponse();
    const touch = () => this.#deadline.touch();
    request.on('data', touch).once('end', () => this.#settled || this.#awaitResponse());
    this.#deadline.set(this.#timeouts.idleMs, () => this.#bodyStalled());
  }

  #awaitResponse(): void {
    this.#deadline.set(this.#timeouts.timeToFirstByteMs, () =>
      this.#timeOut('No response from the upstream in time.'),
    );
  }

  /** Nothing of the request's body has moved for a while: is it the upstream that does not read, or the client? */
  #bodyStalled(): void {
    const waitsForContinue = this.#exchange.expectsContinue && !this.#exchange.request.readableDidRead;
    if (waitsForContinue || this.#outgoing?.writableNeedDrain)
      return this.#timeOut('The upstream did not take the request in time.');
    this.#fail(new ClientFailure('The body of the request did not arrive in time.', true));
  }

  /** End to end (RFC 9110, section 10.1.1): the upstream decides whether it wants the body. */
  #expectContinue(outgoing: ClientRequest): void {
    outgoing.setHeader('expect', '100-continue');
    outgoing.flushHeaders();
  }

  /** It is a sign of life, too: the upstream works on the request. */
  #passInterim(interim: InformationEvent): void {
    if (this.#settled) return;
    this.#deadline.touch();
    passInterim(this.#exchange, interim);
  }

  #onResponse(reply: Reply): void {
    // 101 to a request that has asked for no upgrade, or without saying to what.
    if (reply.message.statusCode === 101) this.#fail(badUpgrade());
    else this.#succeed(reply);
  }

  #onUpgrade(reply: Reply, socket: Duplex): void {
    if (!isOffered(reply.message.headers.upgrade, this.#exchange.headers['upgrade'])) {
      reply.destroy();
      return this.#fail(badUpgrade());
    }
    // As a connection of HTTP it ended with its peer's half; in a tunnel each half ends by itself.
    socket.allowHalfOpen = true;
    this.#succeed(reply);
  }

  #timeOut(message: string): void {
    this.#fail(new CallFailure('timeout', message));
  }

  #succeed(reply: Reply): void {
    if (this.#settled) return reply.destroy();
    this.#settled = true;
    // From here on the client's leaving, or a defect of this program, ends the reply.
    this.#exchange.underway = reply;
    this.#deadline.clear();
    this.#resolve(reply);
  }

  #fail(failure: Error): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#deadline.clear();
    this.#outgoing?.destroy();
    this.#reject(failure);
  }
}

const badUpgrade = (): CallFailure =>
  new CallFailure('upstream-error', 'The upstream switched to a protocol that it was not offered.');

const closedEarly = (): NodeJS.ErrnoException => Object.assign(new Error('closed'), { code: 'ECONNRESET' });
