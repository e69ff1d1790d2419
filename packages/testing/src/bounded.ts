import { createContext, Script } from 'node:vm';

/**
 * Runs synchronous work that has to end for every input, and stops it if it does not: a regular expression that
 * backtracks blocks the process, and with it the time-outs of the test runner.
 * @param withinMs far more than linear work takes on the busiest machine, far less than quadratic work takes.
 */
export function bounded<T>(work: () => T, withinMs = 10_000): T {
  return new Script('work()').runInContext(createContext({ work }), { timeout: withinMs }) as T;
}
