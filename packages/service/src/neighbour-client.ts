import {
  Agent,
  request,
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from 'node:http';
import { currentContext, headersFor, type Logger } from '@shop/logging';
import type { z } from 'zod';

/** The result: the neighbour's own response, or why there is none and the fallback for it. */
export type NeighbourResponse<T> =
  | { readonly source: 'live'; readonly status: number; readonly body: T | undefined }
  | { readonly source: 'fallback'; readonly reason: string; readonly body: T | undefined };

export interface NeighbourClientOptions {
  /** The ambassador at this service's side. */
  readonly url: string;
  readonly timeoutMs: number;
  readonly logger: Logger;
}

/**
 * Requests data of the neighbouring service through the ambassador. Never rejects: without the neighbour, our response
 * has less in it, but is still a response.
 */
export class NeighbourClient {
  readonly #logger: Logger;
  readonly #connections: NeighbourConnections;

  constructor({ url, timeoutMs, logger }: NeighbourClientOptions) {
    this.#logger = logger;
    this.#connections = new NeighbourConnections(url, timeoutMs);
  }

  /**
   * @param path with its query, as the neighbour serves it.
   * @param schema the fields that we need of the body of a 200. Unknown fields are ignored, so that the neighbour can
   * be updated first.
   */
  async get<S extends z.ZodType>(path: string, schema: S): Promise<NeighbourResponse<z.output<S>>> {
    let message: NeighbourMessage;
    let body: unknown;
    try {
      const context = currentContext();
      message = await this.#connections.get(path, {
        accept: 'application/json',
        ...(context && headersFor(context)),
      });
      if (message.status === 200) body = JSON.parse(message.body.toString());
    } catch (error) {
      return this.#fallback(path, reasonOf(error), undefined, error);
    }
    const { status, headers } = message;
    const parsed = body === undefined ? undefined : schema.safeParse(body);
    if (headers['x-fallback'] !== undefined) {
      const reason = headers['x-fallback-reason'];
      return this.#fallback(path, typeof reason === 'string' ? reason : 'unknown', parsed?.data);
    }
    if (status >= 500) return this.#fallback(path, 'neighbour-error', undefined);
    // 404 is a valid response: there is no such entity. Any other refusal says nothing about it.
    if (status !== 200 && status !== 404) return this.#fallback(path, 'unexpected-answer', undefined);
    if (parsed?.success === false) return this.#fallback(path, 'unexpected-answer', undefined, parsed.error);
    return { source: 'live', status, body: parsed?.data };
  }

  /** Closes the connections, with what is in progress on them. */
  close(): void {
    this.#connections.close();
  }

  #fallback<T>(path: string, reason: string, body: T | undefined, error?: unknown): NeighbourResponse<T> {
    this.#logger.warn({ path: path.split('?')[0], reason, err: error }, 'the neighbour did not answer');
    return { source: 'fallback', reason, body };
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof NeighbourTimeoutError) return 'timeout';
  return error instanceof OversizedResponseError ? 'unexpected-answer' : 'ambassador-unreachable';
}

/** A whole response. */
interface NeighbourMessage {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** The response was not complete in time. */
class NeighbourTimeoutError extends Error {
  override readonly name = 'NeighbourTimeoutError';
}

/** The response has more bytes than any that is expected. */
class OversizedResponseError extends Error {
  override readonly name = 'OversizedResponseError';
}

/** Bytes; a page of a hundred products with the longest descriptions has less than half of it. */
export const maxBodyBytes = 4 * 1024 * 1024;

interface Address {
  readonly host: string;
  readonly port: number;
  readonly authority: string;
}

/**
 * Connections to one server, kept open between requests. Node's own client takes a fraction of the CPU of `fetch`, which
 * makes streams, signals and header objects for each small response.
 */
class NeighbourConnections {
  readonly #agent = new Agent({ keepAlive: true });
  readonly #address: Address;
  readonly #timeoutMs: number;

  /** @param url an origin; a path in it counts for nothing. */
  constructor(url: string, timeoutMs: number) {
    const { hostname, port, host } = new URL(url);
    this.#address = {
      host: hostname.replace(/^\[(.*)\]$/, '$1'),
      port: Number(port || 80),
      authority: host,
    };
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Sends a GET. It is sent a second time, on a new connection, where a kept one broke before a byte of the response: the
   * server has then closed it while it lay idle (RFC 9112, section 9.3.1).
   * @param headers `Host` is added.
   * @returns the whole response, with any status; redirects are not followed.
   * @throws {NeighbourTimeoutError}; {OversizedResponseError}; what a connection fails with.
   */
  get(path: string, headers: Readonly<Record<string, string>>): Promise<NeighbourMessage> {
    const options = { path, headers, timeoutMs: this.#timeoutMs };
    return new Promise((resolve, reject) => {
      new Get(this.#address, options, resolve, reject).start(this.#agent);
    });
  }

  /** Closes the connections, requests in progress included. */
  close(): void {
    this.#agent.destroy();
  }
}

interface GetOptions {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/** One GET. It settles once in every case, as its one deadline bounds all of it. */
class Get {
  readonly #address: Address;
  readonly #options: GetOptions;
  readonly #resolve: (message: NeighbourMessage) => void;
  readonly #reject: (error: Error) => void;
  #deadline: NodeJS.Timeout | undefined;
  #request: ClientRequest | undefined;
  #answered = false;
  #bytes = 0;

  constructor(
    address: Address,
    options: GetOptions,
    resolve: (message: NeighbourMessage) => void,
    reject: (error: Error) => void,
  ) {
    this.#address = address;
    this.#options = options;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** @throws what Node refuses to send. */
  start(agent: Agent): void {
    this.#request = this.#send(agent);
    const { timeoutMs } = this.#options;
    this.#deadline = setTimeout(
      () => this.#fail(new NeighbourTimeoutError(`no complete response within ${timeoutMs} ms`)),
      timeoutMs,
    );
  }

  /** @param agent false: a new connection for this request alone. */
  #send(agent: Agent | false): ClientRequest {
    const { host, port, authority } = this.#address;
    const { path, headers } = this.#options;
    const sent = request({ host, port, path, agent, headers: { host: authority, ...headers } });
    sent.once('response', (response) => this.#receive(response));
    sent.on('error', (error) => {
      if (sent !== this.#request) return;
      if (sent.reusedSocket && !this.#answered && isBroken(error)) this.#request = this.#send(false);
      else this.#fail(error);
    });
    sent.end();
    return sent;
  }

  #receive(response: IncomingMessage): void {
    this.#answered = true;
    const parts: Buffer[] = [];
    response.on('data', (part: Buffer) => {
      parts.push(part);
      this.#bytes += part.length;
      if (this.#bytes > maxBodyBytes)
        this.#fail(new OversizedResponseError(`the response has more than ${maxBodyBytes} bytes`));
    });
    response.once('error', (error) => this.#fail(error));
    response.once('end', () => {
      clearTimeout(this.#deadline);
      const body = parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts, this.#bytes);
      this.#resolve({ status: response.statusCode as number, headers: response.headers, body });
    });
  }

  #fail(error: Error): void {
    clearTimeout(this.#deadline);
    this.#reject(error);
    this.#request?.destroy();
  }
}

/** A parser's error (HPE_…) is none of these: then bytes have come. */
const isBroken = ({ code }: NodeJS.ErrnoException): boolean => code === 'ECONNRESET' || code === 'EPIPE';
