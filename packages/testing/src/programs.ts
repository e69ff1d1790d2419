import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** @returns the path of the first program of that name on the PATH; undefined where there is none. */
export function findProgram(name: string, env: Environment): string | undefined {
  return (env['PATH'] ?? '')
    .split(delimiter)
    .map((directory) => join(directory, name))
    .find(isExecutable);
}

/** Whether SHOP_REQUIRE, a list separated by commas, forbids skipping tests that need that program. */
export function requiresProgram(name: string, env: Environment): boolean {
  return (env['SHOP_REQUIRE'] ?? '').split(',').some((required) => required.trim() === name);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
