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

/** The upstream's response: the header section is here, the body still comes. */
export class UpstreamResponse {
  /** What it is the response to; its body, too, may still be on its way. */
  readonly request: ClientRequest;
  readonly message: IncomingMessage;
  readonly switched: Switched | undefined;
  /** What is wrong with the upstream, by the status; the response can be passed on all the same. */
  readonly failure: UpstreamFailure | undefined;

  constructor(request: ClientRequest, message: IncomingMessage, switched?: Switched) {
    this.request = request;
    this.message = message;
    this.switched = switched;
    this.failure = statusFailure(message.statusCode as number);
  }

  /**
   * Closes its connection and drops what of the body is here unread. To destroy the request alone is not enough: a body
   * that has arrived and waits for a slow client outlives it, and would never close.
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
    else stream.once('close', ended);
  }
}

/** Interim responses keep a wait of an attempt going for at most this many times `timeToFirstByteMs` in all. */
const maxInterimSpans = 30;

/**
 * One attempt to get a response, from http-proxy's `web()` to the response's header section or a failure. It settles
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
  /** What the socket had read before this attempt; pooled ones have read earlier responses. */
  #bytesBefore = 0;
  /** Until when interim responses keep the current wait going; 0 before its first one. */
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
      proxy.web(exchange, this, isRetry);
    } catch (error) {
      // Node refuses some header sections and targets that its own parser lets in.
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

  /** http-proxy has a connection for the request, perhaps not connected yet; nothing has been sent. */
  begin(request: ClientRequest): void {
    if (this.#settled) return void request.destroy();
    this.#request = request;
    const socket = request.socket as Socket;
    this.#bytesBefore = socket.bytesRead;
    request.on('information', (interim) => this.#passInterim(interim));
    request.once('response', (message) => this.#onResponse(new UpstreamResponse(request, message)));
    request.once('close', () => this.#settled || this.failed(closedEarly()));
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

  /** http-proxy's report of an error on the request to the upstream, or on the client's. */
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
    // A header section alone fits into the buffer of the system.
    if (bodyless || upstreamRequest.writableFinished) return this.#awaitResponse();
    const touch = () => this.#deadline.touch();
    request.on('data', touch);
    upstreamRequest.on('drain', touch).once('finish', () => this.#settled || this.#awaitResponse());
    this.#deadline.set(this.#timeouts.idleMs, () => this.#bodyStalled());
  }

  /** The request is written out: from here on the upstream is waited for. */
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

  /** It is a sign of life, too: the upstream works on the request. But it may not hold its permit without end. */
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
    // As a connection of HTTP it ended with its peer's half; in a tunnel each half ends by itself.
    socket.allowHalfOpen = true;
    this.#succeed(response);
  }

  #timeOut(message: string): void {
    this.#fail(new UpstreamFailure('timeout', message));
  }

  #succeed(response: UpstreamResponse): void {
    if (this.#settled) return response.destroy();
    this.#settled = true;
    // From here on the client's leaving, or a defect of this program, ends the response.
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

/** End to end (RFC 9110, section 10.1.1): the upstream decides whether it wants the body. */
function expectContinue(request: ClientRequest): void {
  request.setHeader('expect', '100-continue');
  request.flushHeaders();
}
