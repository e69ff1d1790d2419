import { expect } from '@jest/globals';
import type { Waterfall } from '@shop/board';

/**
 * A span is where its log line says that it was, an attempt within its exchange, and what was called within its caller.
 * @param way the programs that the request comes to, in this order; only the last may be missing.
 */
export function agreesWithItsLines({ at, traceId, spans }: Waterfall, way: readonly string[]): void {
  const programs = spans.map(({ program }) => program);
  expect(programs).toEqual(expect.arrayContaining(way.slice(0, -1)));
  for (const { fromMs, toMs, line, attempts = [] } of spans) {
    const fields = JSON.parse(line) as { time: string; traceId: string; durationMs?: number };
    expect(fields.traceId).toBe(traceId);
    expect(Math.abs(at + toMs - Date.parse(fields.time))).toBeLessThan(0.2);
    expect(Math.abs(toMs - fromMs - (fields.durationMs ?? 0))).toBeLessThan(0.2);
    for (const attempt of attempts) {
      expect(attempt.fromMs).toBeGreaterThanOrEqual(fromMs - 0.2);
      expect(attempt.toMs).toBeLessThanOrEqual(toMs + 0.2);
    }
  }
}

/**
 * Whether each hop begins after the one before it. A span begins at the time of its line less its duration, which the
 * program reads from two clocks: a program that is paused in between seems to have begun later. So several requests are sent.
 */
export function isInOrder({ spans }: Waterfall, way: readonly string[]): boolean {
  // Times in log lines are whole milliseconds.
  const roundingMs = 1.5;
  const own = (program: string) => spans.find((one) => one.program === program && one.status !== undefined);
  const begins = way.flatMap((program) => own(program)?.fromMs ?? []);
  return begins.every((fromMs, hop) => fromMs >= (begins[hop - 1] ?? 0) - roundingMs);
}
