import { currentContext, headersFor, type Logger } from '@shop/logging';
import type { z } from 'zod';
import {
  NeighbourConnections,
  NeighbourTimeoutError,
  OversizedResponseError,
  type NeighbourMessage,
} from './neighbour-connections.ts';

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
