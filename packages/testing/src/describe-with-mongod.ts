import { describe } from '@jest/globals';
import { findMongod, HOW_TO_GET_MONGOD, requiresMongod } from './mongod.ts';

/**
 * A `describe` for tests that need a real mongod, whose path they get. Without one, it fails where SHOP_REQUIRE names
 * `mongod`, as in CI. Elsewhere it is reported as skipped, under a name that says what is missing.
 */
export function describeWithMongod(name: string, suite: (mongod: () => Promise<string>) => void): void {
  const found = findMongod(process.env);
  const mongod = async () => {
    if (!found) throw new Error(`SHOP_REQUIRE names mongod, but there is ${HOW_TO_GET_MONGOD}`);
    return found();
  };
  if (found || requiresMongod(process.env)) return suite(mongod);
  // Not console.warn: jest drops the output of a skipped file.
  process.stderr.write(`${name} is not tested: ${HOW_TO_GET_MONGOD}\n`);
  // eslint-disable-next-line jest/no-disabled-tests -- reported as skipped, and forbidden where SHOP_REQUIRE says so
  describe.skip(`${name}, not run: ${HOW_TO_GET_MONGOD}`, () => {
    suite(mongod);
  });
}
