import { expect, test } from '@jest/globals';
import { eventually } from '../src/eventually.ts';

test('it waits for a value, and takes failures for not yet', async () => {
  let calls = 0;
  const probe = () => {
    calls += 1;
    if (calls === 1) throw new Error('not yet');
    return calls === 3 && 'there';
  };
  expect(await eventually('it comes', probe, { everyMs: 1 })).toBe('there');
});

const failing = () => Promise.reject(new Error('refused', { cause: { code: 'ECONNREFUSED' } }));

test('it reports what did not come, and why', async () => {
  await expect(eventually('it comes', failing, { withinMs: 0 })).rejects.toThrow(
    'it comes: not within 0 s: refused (ECONNREFUSED)',
  );
  await expect(eventually('it comes', () => false, { withinMs: 0 })).rejects.toThrow(
    /^it comes: not within 0 s$/,
  );
});

test('a signal ends it with its reason', async () => {
  const stopping = new AbortController();
  const waiting = eventually(
    'it comes',
    () => {
      stopping.abort(new Error('given up'));
      return false;
    },
    { everyMs: 1, signal: stopping.signal },
  );
  await expect(waiting).rejects.toThrow('given up');
});
