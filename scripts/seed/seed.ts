import { setTimeout as delay } from 'node:timers/promises';
import { products, users } from './data.ts';

/** The shop could not be filled; the message has the shop's response. */
export class SeedError extends Error {
  override readonly name = 'SeedError';
}

export interface SeedOptions {
  /** How long the shop may take to respond. */
  readonly patienceMs?: number;
  /** The token for writes, if the shop requires one. */
  readonly token?: string;
}

const betweenTriesMs = 250;
const oneTryMs = 5_000;

/**
 * Adds the first sellers and products to a shop without users, through its public API. Because of fixed ids and
 * `If-None-Match: *`, it can be run again, and several times at once.
 * @throws {SeedError} when the shop does not respond in time, or refuses.
 */
export async function seed(baseUrl: string, options: SeedOptions = {}): Promise<{ created: number }> {
  const deadline = Date.now() + (options.patienceMs ?? 60_000);
  const ask = (path: string, init?: RequestInit) => askUntilAnswered(new URL(path, baseUrl), init, deadline);

  const first = await ask('/user?limit=1');
  if (!(await isEmptyList(first, baseUrl))) return { created: 0 };

  let created = 0;
  const put = async (path: string, content: unknown) => {
    const response = await ask(path, {
      method: 'PUT',
      headers: {
        'content-type': 'application/json',
        'if-none-match': '*',
        ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
      },
      body: JSON.stringify(content),
    });
    if (response.status === 201) created += 1;
  };
  // Users last: so a seeding that was interrupted among the products is continued.
  for (const { id, content } of products) await put(`/product/${id}`, content);
  for (const { id, content } of users) await put(`/user/${id}`, content);
  return { created };
}

async function isEmptyList(response: Response, baseUrl: string): Promise<boolean> {
  const body = (await response.json().catch(() => undefined)) as { items?: unknown } | undefined;
  if (Array.isArray(body?.items)) return body.items.length === 0;
  throw new SeedError(
    `${baseUrl} answers, but not as the shop does: /user is not a list. Is that its address?`,
  );
}

/** It exists already: from an earlier attempt whose response was lost, or from another client. */
const alreadyThere = new Set([409, 412]);

async function askUntilAnswered(
  url: URL,
  init: RequestInit | undefined,
  deadline: number,
): Promise<Response> {
  for (;;) {
    const outcome = await tryOnce(url, init);
    if (outcome instanceof Response) {
      if (outcome.ok || alreadyThere.has(outcome.status)) return outcome;
      if (outcome.status < 500)
        throw new SeedError(`${describe(url, init)} was answered ${outcome.status}: ${await outcome.text()}`);
    }
    if (Date.now() + betweenTriesMs > deadline) {
      const reason = outcome instanceof Response ? `answered ${outcome.status}` : outcome;
      throw new SeedError(
        `The shop at ${url.origin} could not be filled: ${describe(url, init)} was not answered in time (${reason}). ` +
          `Is it running, and is that its address?`,
      );
    }
    await delay(betweenTriesMs);
  }
}

/** @returns the response, or why there is none. */
async function tryOnce(url: URL, init: RequestInit | undefined): Promise<Response | string> {
  try {
    return await fetch(url, { ...init, signal: AbortSignal.timeout(oneTryMs) });
  } catch (error) {
    const { message, cause } = error as Error & { cause?: { code?: string } };
    return cause?.code ?? message;
  }
}

const describe = (url: URL, init: RequestInit | undefined): string =>
  `${init?.method ?? 'GET'} ${url.pathname}${url.search}`;
