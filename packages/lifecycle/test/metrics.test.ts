import { expect, jest, test } from '@jest/globals';
import { createRegistry } from '../src/metrics.ts';

test('an idle process does not wake up more than once in five seconds for its own metrics', () => {
  jest.useFakeTimers();
  try {
    const before = jest.getTimerCount();
    const repeat = jest.spyOn(globalThis, 'setInterval');
    createRegistry('test');
    expect(jest.getTimerCount()).toBe(before + repeat.mock.calls.length);
    for (const [, everyMs] of repeat.mock.calls) expect(everyMs).toBeGreaterThanOrEqual(5000);
  } finally {
    jest.restoreAllMocks();
    jest.useRealTimers();
  }
});
