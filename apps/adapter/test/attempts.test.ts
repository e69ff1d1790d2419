import { describe, expect, test } from '@jest/globals';
import { attempt, transient, type AttemptsOptions } from '../src/import/attempts.ts';

const options = (changes: Partial<AttemptsOptions> = {}): AttemptsOptions => ({
  patienceMs: 30_000,
  signal: new AbortController().signal,
  retryOn: transient,
  firstDelayMs: 1,
  ...changes,
});

/** Answers with these, one after the other; an Error is a connection that failed. */
function sender(...outcomes: (number | Error)[]) {
  const sent: number[] = [];
  const send = (): Promise<Response> => {
    const outcome = outcomes[Math.min(sent.length, outcomes.length - 1)];
    sent.push(performance.now());
    return outcome instanceof Error
      ? Promise.reject(outcome)
      : Promise.resolve(new Response(null, { status: outcome ?? 500 }));
  };
  return { send, sent };
}

const askingForPatience = () =>
  Promise.resolve(new Response(null, { status: 503, headers: { 'retry-after': '60' } }));

describe('attempts', () => {
  test.each([
    [429],
    [502],
    [503],
    [504],
    [408],
    [new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } })],
  ])('%s is tried again', async (outcome) => {
    const { send, sent } = sender(outcome, outcome, 201);
    const reasons: string[] = [];
    const response = await attempt('PUT', send, options({ onRetry: (reason) => void reasons.push(reason) }));
    expect([response.status, sent.length]).toEqual([201, 3]);
    const reason = outcome instanceof Error ? 'ECONNREFUSED' : `answered ${outcome}`;
    expect(reasons).toEqual([reason, reason]);
  });

  test.each([200, 400, 404, 409, 412, 422, 500])('%i is a final response', async (status) => {
    const { send, sent } = sender(status);
    expect((await attempt('PUT', send, options())).status).toBe(status);
    expect(sent).toHaveLength(1);
  });

  test('patience has an end, and the message says why', async () => {
    const { send } = sender(503);
    await expect(attempt('PUT /product/x', send, options({ patienceMs: 50 }))).rejects.toMatchObject({
      name: 'UnavailableError',
      message: 'PUT /product/x was not answered within 0.05 s (answered 503)',
    });
  });

  test('Retry-After is kept, and counts against patience', async () => {
    await expect(attempt('PUT', askingForPatience, options())).rejects.toMatchObject({
      name: 'UnavailableError',
    });
  });

  test('a stopped run does not wait', async () => {
    const stop = new AbortController();
    const { send, sent } = sender(503);
    const trying = attempt(
      'PUT',
      send,
      options({ signal: stop.signal, firstDelayMs: 10_000, onRetry: () => stop.abort() }),
    );
    await expect(trying).rejects.toMatchObject({ name: 'StoppedError' });
    expect(sent).toHaveLength(1);
  });
});
