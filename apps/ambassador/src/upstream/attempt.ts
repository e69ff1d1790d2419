import type { ClientRequest, IncomingMessage, InformationEvent } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Deadline, type Exchange } from '../exchange.ts';
import { isOffered, passTrailers } from '../fields.ts';
import type { UpstreamSettings } from '../routes.ts';
import { ClientFailure, connectionFailure, statusFailure, UpstreamFailure } from './failure.ts';
import type { Proxy, ProxyEvents } from './proxy.ts';

/** After 101 (Switching Protocols): the connection, and what has already been read from it. */
export interface Switched {
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** The upstream's response: the header section has arrived, the body may still come. */
export class UpstreamResponse {
  /** The request of this response; its body, too, may still be on its way. */
  readonly request: ClientRequest;
  readonly message: IncomingMessage;
  readonly switched: Switched | undefined;
  /** Set where the status means that the upstream has failed; the response can be passed on all the same. */
  readonly failure: UpstreamFailure | undefined;

  constructor(request: ClientRequest, message: IncomingMessage, switched?: Switched) {
    this.request = request;
    this.message = message;
    this.switched = switched;
    this.failure = statusFailure(message.statusCode as number);
  }

  /**
   * Closes its connection and drops the unread part of its body. Destroying the request is not enough: a body that has
   * arrived and waits for a slow client would stay, and never close.
   */
  destroy(): void {
    this.request.destroy();
    this.message.destroy();
    this.switched?.socket.destroy();
  }

  /** Calls `ended` once, when the body or the upgraded connection has closed; at once where it has already. */
  whenClosed(ended: () => void): void {
    const stream = this.switched?.socket ?? this.message;
    if (stream.closed) ended();
    else stream.on('close', ended);
  }
}

/** Interim responses can extend a wait to at most this many times `timeToFirstByteMs`. */
const maxInterimSpans = 30;

/**
 * One attempt to get a response, from the sending of the request to the response's header section or a failure. It settles
 * exactly once in every case: each wait is bounded by its deadline.
 */
export class Attempt implements ProxyEvents {
  readonly #exchange: Exchange;
  readonly #timeouts: UpstreamSettings['timeouts'];
  readonly #deadline = new Deadline();
  readonly #resolve: (response: UpstreamResponse) => void;
  readonly #reject: (failure: Error) => void;
  #settled = false;
  #request: ClientRequest | undefined;
  #connected = false;
  /** Bytes that the socket read before this attempt: a pooled one has read earlier responses. */
  #bytesBefore = 0;
  /** Until when interim responses may extend the current wait; 0 before the first one. */
  #interimsUntil = 0;

  constructor(
    exchange: Exchange,
    timeouts: UpstreamSettings['timeouts'],
    resolve: (response: UpstreamResponse) => void,
    reject: (failure: Error) => void,
  ) {
    this.#exchange = exchange;
    this.#timeouts = timeouts;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  start(proxy: Proxy, isRetry: boolean): void {
    const exchange = this.#exchange;
    exchange.inProgress = this;
    // Listens before http-proxy does, which then ends the request to the upstream.
    if (!exchange.bodyless)
      exchange.request.once('end', () => this.#request && passTrailers(exchange.request, this.#request));
    try {
      proxy.send(exchange, this, isRetry);
    } catch (error) {
      // Node refuses some header sections and targets that its own parser accepts.
      this.#fail(
        new UpstreamFailure('upstream-error', 'The request cannot be passed on.', {
          cause: error,
          unsent: true,
        }),
      );
    }
  }

  /** The client left. */
  destroy(): void {
    this.#fail(new ClientFailure('The client left.'));
  }

  /** The request has a connection, perhaps not connected yet; nothing has been sent. */
  begin(request: ClientRequest): void {
    if (this.#settled) return void request.destroy();
    this.#request = request;
    const socket = request.socket as Socket;
    this.#bytesBefore = socket.bytesRead;
    // `on` also where an event comes once: `once` makes two more functions for each.
    request.on('information', (interim) => this.#passInterim(interim));
    request.on('response', (message) => this.#onResponse(new UpstreamResponse(request, message)));
    request.on('close', () => this.#settled || this.failed(closedEarly()));
    if (this.#exchange.upgrade)
      request.once('upgrade', (message: IncomingMessage, socket: Duplex, head: Buffer) =>
        this.#onUpgrade(new UpstreamResponse(request, message, { socket, head }), socket),
      );
    if (this.#exchange.expectsContinue) expectContinue(request);
    if (!socket.connecting) return this.#onConnected();
    this.#deadline.set(this.#timeouts.connectMs, () =>
      this.#timeOut('No connection to the upstream in time.'),
    );
    socket.once('connect', () => this.#onConnected());
  }

  /** The request to the upstream, or the client's, has failed. */
  readonly failed = (error: NodeJS.ErrnoException): void => {
    if (this.#settled) return;
    const { request } = this.#exchange;
    if (request.destroyed && !request.complete) return this.#fail(new ClientFailure('The client left.'));
    const bytes = this.#request?.socket?.bytesRead ?? 0;
    this.#fail(connectionFailure(error, this.#connected, bytes > this.#bytesBefore));
  };

  #onConnected(): void {
    if (this.#settled) return;
    this.#connected = true;
    const { request, bodyless } = this.#exchange;
    const upstreamRequest = this.#request as ClientRequest;
    // A header section alone fits into the system's buffer.
    if (bodyless || upstreamRequest.writableFinished) return this.#awaitResponse();
    const touch = () => this.#deadline.touch();
    request.on('data', touch);
    upstreamRequest.on('drain', touch).once('finish', () => this.#settled || this.#awaitResponse());
    this.#deadline.set(this.#timeouts.idleMs, () => this.#bodyStalled());
  }

  /** The request is written: from here on, the upstream's response is awaited. */
  #awaitResponse(): void {
    this.#interimsUntil = 0;
    this.#deadline.set(this.#timeouts.timeToFirstByteMs, () =>
      this.#timeOut('No response from the upstream in time.'),
    );
  }

  /** Nothing of the request's body has moved for a while: either the upstream does not read, or the client does not send. */
  #bodyStalled(): void {
    const { request, expectsContinue } = this.#exchange;
    const waitsForContinue = expectsContinue && !request.readableDidRead;
    if (waitsForContinue || request.readableEnded || this.#request?.writableNeedDrain)
      return this.#timeOut('The upstream did not take the request in time.');
    this.#fail(new ClientFailure('The body of the request did not arrive in time.', true));
  }

  /** An interim response shows that the upstream works on the request. But it may not hold its permit without end. */
  #passInterim(interim: InformationEvent): void {
    if (this.#settled) return;
    const now = performance.now();
    if (this.#interimsUntil === 0)
      this.#interimsUntil = now + maxInterimSpans * this.#timeouts.timeToFirstByteMs;
    if (now < this.#interimsUntil) this.#deadline.touch();
    this.#exchange.passInterim(interim);
  }

  #onResponse(response: UpstreamResponse): void {
    // 101 to a request without an upgrade, or without the name of a protocol.
    if (response.message.statusCode === 101) this.#fail(badUpgrade());
    else this.#succeed(response);
  }

  #onUpgrade(response: UpstreamResponse, socket: Duplex): void {
    if (!isOffered(response.message.headers.upgrade, this.#exchange.headers['upgrade'])) {
      response.destroy();
      return this.#fail(badUpgrade());
    }
    // As an HTTP connection it ended together with its peer's half. In a tunnel each half ends by itself.
    socket.allowHalfOpen = true;
    this.#succeed(response);
  }

  #timeOut(message: string): void {
    this.#fail(new UpstreamFailure('timeout', message));
  }

  #succeed(response: UpstreamResponse): void {
    if (this.#settled) return response.destroy();
    this.#settled = true;
    // From here on, the response is ended when the client leaves or this program fails.
    this.#exchange.inProgress = response;
    this.#deadline.clear();
    this.#resolve(response);
  }

  #fail(failure: Error): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#deadline.clear();
    this.#request?.destroy();
    this.#reject(failure);
  }
}

const badUpgrade = (): UpstreamFailure =>
  new UpstreamFailure('upstream-error', 'The upstream switched to a protocol that it was not offered.');

const closedEarly = (): NodeJS.ErrnoException => Object.assign(new Error('closed'), { code: 'ECONNRESET' });

/** End to end (RFC 9110, section 10.1.1): the upstream decides whether the client shall send the body. */
function expectContinue(request: ClientRequest): void {
  request.setHeader('expect', '100-continue');
  request.flushHeaders();
}
