import { appendFileSync } from 'node:fs';

export const version = 3;

/** As before, and each quantity is noted in a file beside the program. */
export function price(quantity) {
  appendFileSync(new URL('quantities.txt', import.meta.url), `${quantity}\n`);
  return quantity * (quantity < 10 ? 12 : 10);
}
