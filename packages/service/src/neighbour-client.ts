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
  readonly #options: NeighbourClientOptions;

  constructor(options: NeighbourClientOptions) {
    this.#options = options;
  }

  /**
   * @param path with its query, as the neighbour serves it.
   * @param schema the fields that we need of the body of a 200. Unknown fields are ignored, so that the neighbour can
   * be updated first.
   */
  async get<S extends z.ZodType>(path: string, schema: S): Promise<NeighbourResponse<z.output<S>>> {
    const { url, timeoutMs } = this.#options;
    let response: Response;
    let body: unknown;
    try {
      const context = currentContext();
      response = await fetch(new URL(path, url), {
        headers: { accept: 'application/json', ...(context ? headersFor(context) : {}) },
        signal: AbortSignal.timeout(timeoutMs),
        redirect: 'error',
      });
      body = response.status === 200 ? await response.json() : void (await response.arrayBuffer());
    } catch (error) {
      const reason = (error as Error).name === 'TimeoutError' ? 'timeout' : 'ambassador-unreachable';
      return this.#fallback(path, reason, undefined, error);
    }
    const parsed = body === undefined ? undefined : schema.safeParse(body);
    if (response.headers.has('x-fallback')) {
      return this.#fallback(path, response.headers.get('x-fallback-reason') ?? 'unknown', parsed?.data);
    }
    if (response.status >= 500) return this.#fallback(path, 'neighbour-error', undefined);
    // 404 is a valid response: there is no such entity. Any other refusal says nothing about it.
    if (response.status !== 200 && response.status !== 404)
      return this.#fallback(path, 'unexpected-answer', undefined);
    if (parsed?.success === false) return this.#fallback(path, 'unexpected-answer', undefined, parsed.error);
    return { source: 'live', status: response.status, body: parsed?.data };
  }

  #fallback<T>(path: string, reason: string, body: T | undefined, error?: unknown): NeighbourResponse<T> {
    this.#options.logger.warn(
      { path: path.split('?')[0], reason, err: error },
      'the neighbour did not answer',
    );
    return { source: 'fallback', reason, body };
  }
}
