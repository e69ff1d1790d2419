import http from 'node:http';
import https from 'node:https';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** On its own connection, which is closed afterwards. */
  readonly fresh?: boolean;
}

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** No complete answer came; `code` says why in a word: `ECONNREFUSED`, `ECONNRESET`, `TIMEOUT`, `CUT`. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export interface ShopAddress {
  /** `http://localhost:8080` or `https://localhost:8443`, without a path. */
  readonly url: string;
  /** Whom to believe that a certificate is right, PEM; the system's authorities otherwise. */
  readonly authority?: string | undefined;
}

/**
 * One client of the shop, with its own connections, kept as a browser keeps them. It never retries: what a
 * connection does to a request is what is measured.
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

  /** @throws {NoAnswerError} when the response is not complete within the time-out. */
  ask({ method, path, headers = {}, body, fresh = false }: Asked): Promise<Answer> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      let begun = false;
      const fail = (code: string, message: string) => reject(new NoAnswerError(code, message));
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
        fail('TIMEOUT', `no complete answer within ${this.#timeoutMs} ms`);
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
