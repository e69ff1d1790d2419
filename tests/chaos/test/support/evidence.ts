/** Known records, for known verdicts. */
import type { Evidence } from '../../judge/evidence.ts';
import type { RequestRecord, Route } from '../../load/operations.ts';

/** Steady traffic: ten requests a second for a minute, 10 ms each; `change` says what was different. */
export function evidence(
  change: (record: RequestRecord) => Partial<RequestRecord> = () => ({}),
  rest: Partial<Evidence> = {},
): Evidence {
  const routes: readonly Route[] = ['GET /product/:id', 'GET /user/:id', 'PATCH /product/:id'];
  const records = Array.from({ length: 600 }, (_, index): RequestRecord => {
    const record: RequestRecord = {
      at: index * 100,
      latencyMs: 10,
      lateMs: 1,
      route: routes[index % routes.length] ?? 'GET /product',
      client: index % 4,
      connection: 'kept',
      outcome: 'live',
      status: 200,
    };
    return { ...record, ...change(record) };
  });
  return {
    records,
    events: [],
    transitions: { open: 0, 'half-open': 0, closed: 0 },
    restarts: [],
    violations: [],
    times: { from: 4_000, beforeTo: 20_000, faultFrom: 20_000, faultTo: 30_000, steady: 40_000, to: 60_000 },
    notes: [],
    ...rest,
  };
}
