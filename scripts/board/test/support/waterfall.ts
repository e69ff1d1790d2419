import { expect } from '@jest/globals';
import type { Waterfall } from '@shop/board';

/**
 * A span is where its log line says that it was, an attempt within its exchange, and what was called within its caller.
 * @param way the programs that the request comes to, in this order; only the last may be missing.
 */
export function agreesWithItsLines({ at, traceId, spans }: Waterfall, way: readonly string[]): void {
  // Times in log lines are whole milliseconds.
  const roundingMs = 1.5;
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
  const own = (program: string) => spans.find((one) => one.program === program && one.status !== undefined);
  const begins = way.flatMap((program) => own(program)?.fromMs ?? []);
  // Each hop begins after the one before it.
  for (const [hop, fromMs] of begins.entries())
    expect(fromMs).toBeGreaterThanOrEqual((begins[hop - 1] ?? 0) - roundingMs);
}
