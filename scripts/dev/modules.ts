import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** @returns the modules of node_modules that the compiled files of these workspaces import as they are loaded. */
export function importedModules(root: string, workspaces: readonly string[]): readonly string[] {
  const files = globSync(
    workspaces.map((folder) => `${folder}/dist/**/*.js`),
    { cwd: root },
  );
  const lines = files.flatMap((file) => readFileSync(join(root, file), 'utf8').split('\n'));
  return [...new Set(lines.flatMap(importOf))].filter((name) => !name.startsWith('@shop/'));
}

/** Neither a file nor one of Node's own: the compiler writes each import and export on a line. */
function importOf(line: string): string[] {
  if (!line.startsWith('import ') && !line.startsWith('export ')) return [];
  const [, name] = / from '([@a-z][^':]*)';$/.exec(line) ?? [];
  return name === undefined ? [] : [name];
}
