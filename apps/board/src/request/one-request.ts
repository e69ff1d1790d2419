import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { ShopClient } from '../traffic/shop-client.ts';
import { outcomeOf } from '../traffic/tally.ts';
import { spansOf, type LogLine, type Waterfall } from './waterfall.ts';

/** Finds the lines of a trace. `end` is called when no more are wanted. */
export interface LineFinder {
  /** Begins before the request is sent, so that no line is missed. */
  follow(traceId: string): { lines(): Promise<readonly LogLine[]>; end(): void };
}

/** How long lines may take from the program to here. */
const longestWaitMs = 3_000;
const againMs = 100;

/** Sends one request, and follows it by its trace id. */
export async function sendOne(client: ShopClient, path: string, finder: LineFinder): Promise<Waterfall> {
  const traceId = randomBytes(16).toString('hex');
  const following = finder.follow(traceId);
  try {
    const at = Date.now();
    const begin = performance.now();
    const traceparent = `00-${traceId}-${randomBytes(8).toString('hex')}-01`;
    const response = await client.get(path, { traceparent }).catch(() => ({ status: 0, body: '' }));
    const durationMs = Math.round((performance.now() - begin) * 10) / 10;
    const outcome = outcomeOf(response.status, response.body);
    const fallbackReason = outcome === 'fallback' ? reasonOf(response.body) : undefined;
    const spans = await settled(following, traceId, at, response.status === 200);
    return {
      traceId,
      path,
      at,
      durationMs,
      status: response.status,
      outcome,
      ...(fallbackReason === undefined ? {} : { fallbackReason }),
      spans,
    };
  } finally {
    following.end();
  }
}

/** Waits until the line of the program that answered has come; its log may be a moment behind the response. */
async function settled(
  following: ReturnType<LineFinder['follow']>,
  traceId: string,
  at: number,
  answered: boolean,
): Promise<Waterfall['spans']> {
  const deadline = performance.now() + (answered ? longestWaitMs : longestWaitMs / 4);
  for (;;) {
    const spans = spansOf(await following.lines(), traceId, at);
    const complete =
      answered && spans.some(({ program, status }) => program === 'product' && status !== undefined);
    if (complete || performance.now() >= deadline) return spans;
    await delay(againMs);
  }
}

function reasonOf(body: string): string | undefined {
  const { seller } = JSON.parse(body) as { seller?: { reason?: unknown } };
  return typeof seller?.reason === 'string' ? seller.reason : undefined;
}
