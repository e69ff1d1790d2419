/** Compiles what was edited, and says which of the compiled files are others than before. */
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CommandError, run } from '../support/run.ts';

export interface Compiled {
  /** What the compiler found, a line each; empty: nothing. */
  readonly errors: string;
  /** Files that run, below the root, which are new, others than before, or gone: `apps/user/dist/app.js`. */
  readonly changed: readonly string[];
}

/** The compiler's program, without the Node process that starts it: that takes 50 ms. */
async function findCompiler(): Promise<string> {
  const manifest = createRequire(import.meta.url).resolve('typescript/package.json');
  const { default: getExePath } = (await import(
    pathToFileURL(join(dirname(manifest), 'lib/getExePath.js')).href
  )) as { readonly default: () => string };
  return getExePath();
}

/** What a source is compiled to. */
const outputs = /\.(?:js|d\.ts)(?:\.map)?$/;

export class Compiler {
  readonly #root: string;
  readonly #apps: readonly string[];
  readonly #workspaces: readonly string[];
  /** Digests of the compiled files, by path. */
  readonly #known = new Map<string, { readonly version: string; readonly digest: string }>();
  #compiler: Promise<string> | undefined;

  /** @param apps their folders below `root`. @param workspaces those, and the packages that they depend on. */
  constructor(root: string, apps: readonly string[], workspaces: readonly string[]) {
    this.#root = root;
    this.#apps = apps;
    this.#workspaces = workspaces;
    removeOrphans(root, workspaces);
    this.#changes();
  }

  /** A project with errors keeps its compiled files as they are (`noEmitOnError`), and so do those that depend on it. */
  async compile(): Promise<Compiled> {
    this.#compiler ??= findCompiler();
    let errors = '';
    try {
      await run(await this.#compiler, ['--build', '--pretty', 'false', ...this.#apps], { cwd: this.#root });
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      errors = error.output;
    }
    if (errors === '') removeOrphans(this.#root, this.#workspaces);
    return { errors, changed: this.#changes() };
  }

  #changes(): string[] {
    const changed: string[] = [];
    const paths = new Set(filesOf(this.#root, this.#workspaces, 'dist/**/*.js'));
    for (const path of this.#known.keys())
      if (!paths.has(path)) {
        this.#known.delete(path);
        changed.push(path);
      }
    for (const path of paths) {
      const { mtimeMs, size } = statSync(join(this.#root, path));
      const version = `${mtimeMs} ${size}`;
      const known = this.#known.get(path);
      if (known?.version === version) continue;
      const digest = createHash('sha256')
        .update(readFileSync(join(this.#root, path)))
        .digest('hex');
      this.#known.set(path, { version, digest });
      if (known?.digest !== digest) changed.push(path);
    }
    return changed;
  }
}

/** The compiler leaves what it has made of a source that was deleted. */
export function removeOrphans(root: string, workspaces: readonly string[]): void {
  for (const path of filesOf(root, workspaces, 'dist/**/*.{js,d.ts,map}')) {
    const source = path.replace('/dist/', '/src/').replace(outputs, '');
    const isThere = ['.ts', '.tsx', '.d.ts'].some((type) => existsSync(join(root, source + type)));
    if (!isThere) rmSync(join(root, path));
  }
}

const filesOf = (root: string, workspaces: readonly string[], pattern: string): string[] =>
  globSync(
    workspaces.map((folder) => `${folder}/${pattern}`),
    { cwd: root },
  ).map((path) => path.split(sep).join('/'));
