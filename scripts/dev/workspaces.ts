/** The workspaces of the repository that an app is made of. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
}

const scope = '@shop/';

/** @returns the folders of the app and of all packages that it depends on, below `root`: `apps/user`, `packages/config`. */
export function workspacesOf(app: string, root: string): string[] {
  const found = new Set<string>();
  const add = (folder: string): void => {
    if (found.has(folder)) return;
    found.add(folder);
    const { dependencies = {} } = JSON.parse(
      readFileSync(join(root, folder, 'package.json'), 'utf8'),
    ) as Manifest;
    for (const name of Object.keys(dependencies))
      if (name.startsWith(scope)) add(`packages/${name.slice(scope.length)}`);
  };
  add(`apps/${app}`);
  return [...found];
}

/** @returns the folder of the workspace that a file is in, or nothing where it is in none. */
export const workspaceOf = (path: string): string | undefined =>
  /^(?:apps|packages)\/[^/]+(?=\/)/.exec(path)?.[0];
