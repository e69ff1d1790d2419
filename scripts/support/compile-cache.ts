import { fileURLToPath } from 'node:url';

/** Compiled code that Node keeps: from the second start on, the shop opens in two thirds of the time. */
export const compileCache = fileURLToPath(
  new URL('../../node_modules/.cache/node-compile-cache', import.meta.url),
);
