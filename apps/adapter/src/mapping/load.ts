import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '@shop/config';
import { readConfigFile } from '@shop/config/file';
import { mappingSchema, type Mapping } from './schema.ts';

/**
 * Reads one mapping file.
 * @throws {ConfigError} that names every problem of it.
 */
export function readMapping(path: string): Mapping {
  return readConfigFile(mappingSchema, path);
}

/**
 * Reads every `.yaml` of a folder, one supplier each.
 * @returns by supplier, in the order of their names.
 * @throws {ConfigError} that names every problem of every file, and what two of them may not have in common.
 */
export function readMappings(folder: string): ReadonlyMap<string, Mapping> {
  const problems: string[] = [];
  const mappings = new Map<string, Mapping>();
  for (const file of filesOf(folder)) {
    try {
      const mapping = readMapping(join(folder, file));
      problems.push(...clashes(mapping, mappings).map((problem) => `${file}: ${problem}`));
      mappings.set(mapping.supplier, mapping);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      problems.push(...error.problems.map((problem) => `${file}: ${problem}`));
    }
  }
  if (problems.length > 0) throw new ConfigError(folder, problems);
  if (mappings.size === 0) throw new ConfigError(folder, ['there is no mapping (a .yaml file)']);
  return new Map([...mappings].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Works in the folder of a mounted ConfigMap, too, where files are symbolic links into `..data`. */
function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((file) => file.endsWith('.yaml') && !file.startsWith('.'))
      .sort();
  } catch (error) {
    throw new ConfigError(folder, [`cannot be read (${(error as NodeJS.ErrnoException).code})`], {
      cause: error,
    });
  }
}

function clashes({ supplier, skuPrefix }: Mapping, others: ReadonlyMap<string, Mapping>): string[] {
  const problems = others.has(supplier) ? [`supplier: ${supplier} has another file`] : [];
  for (const other of others.values())
    if (other.skuPrefix === skuPrefix && other.supplier !== supplier)
      problems.push(`skuPrefix: ${skuPrefix} is that of ${other.supplier}`);
  return problems;
}
