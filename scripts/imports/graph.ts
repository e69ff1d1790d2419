import { dirname, join } from 'node:path/posix';
import { parseSync } from 'oxc-parser';

/** One file imports another; both are paths in the repository, with slashes. */
export interface Import {
  readonly from: string;
  /** Counted from 1. */
  readonly line: number;
  readonly to: string;
  /** Set where a file imports its own workspace by name. This leads to compiled files, which may not exist yet. */
  readonly ownName?: true;
}

/** A workspace's `package.json`, as far as imports depend on it. */
export interface Workspace {
  /** Its path in the repository: `packages/store`. */
  readonly folder: string;
  readonly name: string;
  /**
   * Leads from `.` or `./kubernetes` to the compiled file, as `./dist/kubernetes/index.js`. A package that is not
   * compiled leads from `./*` to its sources.
   */
  readonly exports?: Readonly<Record<string, { readonly default: string } | string>>;
}

/**
 * @returns what a TypeScript file imports from the repository: relative paths, and workspaces by name, with the source
 * file in place of the compiled one. Types count; packages from npm and computed paths do not.
 * @throws {Error} for a file that is not TypeScript.
 */
export function importsOf(path: string, source: string, workspaces: readonly Workspace[]): Import[] {
  const { module, errors } = parseSync(path, source);
  const [error] = errors;
  if (error) throw new Error(`${path}: ${error.message}`);
  const { staticImports, staticExports, dynamicImports } = module;
  const reexports = staticExports.flatMap(({ entries }) => entries.map(({ moduleRequest }) => moduleRequest));
  const requests = [
    ...staticImports.map(({ moduleRequest }) => moduleRequest),
    ...reexports.filter((request) => request !== null),
    ...dynamicImports.flatMap(({ moduleRequest: { start, end } }) => {
      const literal = /^(['"`])([^'"`$]*)\1$/.exec(source.slice(start, end));
      return literal ? [{ value: literal[2] ?? '', start }] : [];
    }),
  ];
  const found = requests.flatMap(({ value, start }): Import[] => {
    const to = resolve(path, value, workspaces);
    if (to === undefined) return [];
    const own = workspaceOf(value, workspaces);
    const isOwn = own !== undefined && path.startsWith(`${own.folder}/`);
    const line = source.slice(0, start).split('\n').length;
    return [{ from: path, line, to, ...(isOwn ? { ownName: true as const } : {}) }];
  });
  return [...new Map(found.map((one) => [`${one.line} ${one.to}`, one])).values()];
}

function resolve(path: string, specifier: string, workspaces: readonly Workspace[]): string | undefined {
  if (specifier.startsWith('.')) return join(dirname(path), specifier);
  const workspace = workspaceOf(specifier, workspaces);
  if (workspace === undefined) return undefined;
  const { folder, name, exports = {} } = workspace;
  const subpath = specifier.slice(name.length + 1);
  const target = exports[subpath === '' ? '.' : `./${subpath}`] ?? exports['./*'] ?? './dist/index.js';
  const file = (typeof target === 'string' ? target : target.default).replace('*', subpath);
  return join(folder, file.replace('/dist/', '/src/').replace(/\.js$/, '.ts'));
}

/** @returns the workspace that an import names, not by path. */
const workspaceOf = (specifier: string, workspaces: readonly Workspace[]): Workspace | undefined =>
  workspaces.find(({ name }) => specifier === name || specifier.startsWith(`${name}/`));
