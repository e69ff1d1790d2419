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
/** All lines are there when none has come for so long. */
const quietMs = 250;

/** Sends one request, and follows it by its trace id. */
export async function sendOne(client: ShopClient, path: string, finder: LineFinder): Promise<Waterfall> {
  const traceId = randomBytes(16).toString('hex');
  const following = finder.follow(traceId);
  try {
    const at = Date.now();
    const begin = performance.now();
    const traceparent = `00-${traceId}-${randomBytes(8).toString('hex')}-01`;
    // Makes the ambassadors on the way log their attempts: see their README.
    const headers = { traceparent, tracestate: 'shop=follow' };
    const response = await client.get(path, headers).catch(() => ({ status: 0, body: '' }));
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

/**
 * Waits until the line of the program that responded has come, and no further lines come: logs may be a moment behind
 * the response.
 */
async function settled(
  following: ReturnType<LineFinder['follow']>,
  traceId: string,
  at: number,
  answered: boolean,
): Promise<Waterfall['spans']> {
  const deadline = performance.now() + (answered ? longestWaitMs : longestWaitMs / 4);
  let known = 0;
  let knownSince = performance.now();
  for (;;) {
    const lines = await following.lines();
    const now = performance.now();
    if (lines.length > known) [known, knownSince] = [lines.length, now];
    const spans = spansOf(lines, traceId, at);
    const hasAnswer =
      answered && spans.some(({ program, status }) => program === 'product' && status !== undefined);
    if ((hasAnswer && now - knownSince >= quietMs) || now >= deadline) return spans;
    await delay(againMs);
  }
}

function reasonOf(body: string): string | undefined {
  const { seller } = JSON.parse(body) as { seller?: { reason?: unknown } };
  return typeof seller?.reason === 'string' ? seller.reason : undefined;
}
