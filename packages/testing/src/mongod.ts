import { MongoBinary } from 'mongodb-memory-server-core';
import { findProgram, requiresProgram } from './programs.ts';

/** How to install a server where there is none. */
export const HOW_TO_GET_MONGOD =
  'no mongod: install MongoDB 6.0 or later so that it is on the PATH, or name one in MONGOMS_SYSTEM_BINARY, ' +
  'or set MONGOMS_VERSION=8.0.4 to have that version downloaded';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where to get a mongod from: the one of MONGOMS_SYSTEM_BINARY, or of MONGOMS_VERSION, or on the PATH.
 * @returns a function that resolves to its path, and downloads it only for MONGOMS_VERSION; undefined without any.
 */
export function findMongod(env: Environment): (() => Promise<string>) | undefined {
  const named = env['MONGOMS_SYSTEM_BINARY'];
  if (named) return async () => named;
  const version = env['MONGOMS_VERSION'];
  if (version) return () => MongoBinary.getPath({ version });
  const found = findProgram('mongod', env);
  return found === undefined ? undefined : async () => found;
}

/** Whether SHOP_REQUIRE, a list with commas, forbids to leave out what needs a mongod. */
export function requiresMongod(env: Environment): boolean {
  return requiresProgram('mongod', env);
}
