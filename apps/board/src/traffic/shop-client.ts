import http from 'node:http';
import https from 'node:https';

export interface ShopAddress {
  /** `http://localhost:8080`, without a path. */
  readonly url: string;
  /** The authority of its certificate, PEM; default: the system's authorities. */
  readonly authority?: string;
}

export interface ShopResponse {
  readonly status: number;
  readonly body: string;
}

/** Longer than any of the shop's own deadlines. */
const timeoutMs = 5_000;
/** A page of the shop is a few kilobytes. */
const longestBody = 1 << 20;

/** A client of the shop that keeps its connections and never retries, because what a user sees is what counts. */
export class ShopClient {
  readonly #url: URL;
  readonly #agent: http.Agent;
  readonly #secure: boolean;

  constructor({ url, authority }: ShopAddress) {
    this.#url = new URL(url);
    this.#secure = this.#url.protocol === 'https:';
    const ca = authority === undefined ? {} : { ca: authority };
    this.#agent = this.#secure
      ? new https.Agent({ keepAlive: true, maxFreeSockets: 16, ...ca })
      : new http.Agent({ keepAlive: true, maxFreeSockets: 16 });
  }

  /** @throws when no complete response comes within five seconds. */
  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<ShopResponse> {
    const { request } = this.#secure ? https : http;
    return new Promise((resolve, reject) => {
      const outgoing = request(
        new URL(path, this.#url),
        {
          agent: this.#agent,
          signal: AbortSignal.timeout(timeoutMs),
          headers: { accept: 'application/json', ...headers },
        },
        (response) => {
          let body = '';
          response.setEncoding('utf8');
          response.on('data', (text: string) => {
            body += text;
            if (body.length > longestBody) outgoing.destroy(new Error('the response is too long'));
          });
          response.on('error', reject);
          response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
        },
      );
      outgoing.on('error', reject);
      outgoing.end();
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
