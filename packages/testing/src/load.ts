/**
 * The parts of a load: clients that keep their connections, an open loop, seeded choices. It imports nothing of the
 * repository, so that a pod can run this file alone.
 */
import http from 'node:http';
import https from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';

export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** On a new connection, which is closed afterwards. */
  readonly fresh?: boolean;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** No complete response came; `code` says why in a word: `ECONNREFUSED`, `ECONNRESET`, `TIMEOUT`, `CUT`. */
export class NoResponseError extends Error {
  override readonly name = 'NoResponseError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export interface ShopAddress {
  /** `http://localhost:8080` or `https://localhost:8443`, without a path. */
  readonly url: string;
  /** Whose certificates to trust, PEM; those of the system's authorities otherwise. */
  readonly authority?: string | undefined;
}

/**
 * One client of the shop with its own connections, which it keeps as a browser does. It never retries, because what
 * happens to a request on its connection is what is measured.
 */
export class HttpClient {
  readonly #url: URL;
  readonly #agent: http.Agent;
  readonly #request: typeof http.request;
  readonly #timeoutMs: number;
  readonly #tls: { readonly ca?: string };

  constructor({ url, authority }: ShopAddress, timeoutMs: number) {
    this.#url = new URL(url);
    const secure = this.#url.protocol === 'https:';
    this.#tls = secure && authority !== undefined ? { ca: authority } : {};
    this.#agent = new (secure ? https : http).Agent({ keepAlive: true, maxFreeSockets: 4, ...this.#tls });
    this.#request = secure ? https.request : http.request;
    this.#timeoutMs = timeoutMs;
  }

  /** @throws {NoResponseError} when the response is not complete within the time-out. */
  send({ method, path, headers = {}, body, fresh = false }: HttpRequest): Promise<HttpResponse> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      let begun = false;
      const fail = (code: string, message: string) => reject(new NoResponseError(code, message));
      const request = this.#request(
        new URL(path, this.#url),
        {
          method,
          ...this.#tls,
          agent: fresh ? false : this.#agent,
          headers: {
            accept: 'application/json',
            ...(fresh ? { connection: 'close' } : {}),
            ...(text === undefined
              ? {}
              : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
            ...headers,
          },
        },
        (response) => {
          begun = true;
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => void chunks.push(chunk));
          response.on('error', () => {});
          response.on('close', () => {
            clearTimeout(timer);
            if (!response.complete) return fail('CUT', 'the response broke off');
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body: Buffer.concat(chunks).toString(),
            });
          });
        },
      );
      const timer = setTimeout(() => {
        fail('TIMEOUT', `no complete response within ${this.#timeoutMs} ms`);
        request.destroy();
      }, this.#timeoutMs);
      request.on('error', (error: NodeJS.ErrnoException) => {
        clearTimeout(timer);
        fail(begun ? 'CUT' : (error.code ?? 'ERROR'), error.message);
      });
      request.end(text);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

export interface OpenLoop {
  /** Milliseconds since the first request was due. */
  now(): number;
  /** From now on, so many requests a second. */
  pace(perSecond: number): void;
  /**
   * Waits until every request that is due by now has ended; others are sent meanwhile.
   * @returns until when they were due, as `now`.
   */
  settled(): Promise<number>;
  /** No further request is sent; resolves when all unfinished ones have ended. */
  stop(): Promise<void>;
}

/** How often it checks whether requests are due; this delay is a part of their latency. */
const tickMs = 5;

/**
 * Calls `send` at a fixed rate, even while earlier requests wait: a slow server gets no fewer requests, and the waiting
 * ones are not missing from the figures (coordinated omission).
 * @param perSecond requests a second.
 * @param send gets the time at which the request was due, even if it is called later.
 */
export function openLoop(perSecond: number, send: (dueAt: number) => Promise<void>): OpenLoop {
  const start = performance.now();
  const now = () => performance.now() - start;
  const unfinished = new Set<Promise<void>>();
  const stopping = new AbortController();
  let everyMs = 1000 / perSecond;
  let dueAt = 0;

  function sendDue(): void {
    for (; dueAt <= now(); dueAt += everyMs) {
      const call: Promise<void> = send(dueAt).finally(() => unfinished.delete(call));
      unfinished.add(call);
    }
  }
  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      sendDue();
      await delay(tickMs);
    }
  }
  const running = run();

  return {
    now,
    pace: (next) => void (everyMs = 1000 / next),
    async settled() {
      const until = now();
      if (!stopping.signal.aborted) sendDue();
      await Promise.all(unfinished);
      return until;
    },
    async stop() {
      stopping.abort();
      await running;
      await Promise.all(unfinished);
    },
  };
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32), so that a run can be repeated. */
export type Random = () => number;

export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** @throws when there is nothing to choose from. */
export function pick<T>(random: Random, choices: readonly T[]): T {
  const chosen = choices[Math.floor(random() * choices.length)];
  if (chosen === undefined) throw new Error('there is nothing to choose from');
  return chosen;
}
