/** What the images of `npm run dev:kind` are made of: compiled files, a folder for each app, which skaffold watches. */
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix, sep } from 'node:path';
import { removeOrphans } from '../../dev/compiler.ts';
import { workspaceOf, workspacesOf } from '../../dev/workspaces.ts';
import { reduceManifest } from '../../manifest.ts';

/** Apps whose containers get edits. skaffold copies into containers, and not into init containers, as sidecars are. */
export const editedApps = ['user', 'product'] as const;
/** Apps whose images are built again. */
export const rebuiltApps = ['ambassador', 'adapter', 'replica-set-controller'] as const;

const supervisor = [
  'scripts/kind/dev/container.ts',
  'scripts/laptop/held.ts',
  'scripts/laptop/exit-with-parent.ts',
];
/** npm's, and those of workspaces. */
const manifests = ['.npmrc', 'package.json', 'package-lock.json', 'packages/*/package.json'];
const compiled = 'dist/**/*.{js,js.map}';

export class Staging {
  readonly #root: string;
  readonly #folder: string;
  readonly #apps: ReadonlyMap<string, readonly string[]>;
  #generation = 0;

  /** @param root the repository. @param folder the folder of all apps' folders. */
  constructor(root: string, folder: string, apps: readonly string[] = [...editedApps, ...rebuiltApps]) {
    this.#root = root;
    this.#folder = folder;
    this.#apps = new Map(apps.map((app) => [app, workspacesOf(app, root)]));
  }

  /** Writes everything. Files that are the same already stay untouched. */
  writeAll(): void {
    removeOrphans(this.#root, [...new Set([...this.#apps.values()].flat())]);
    for (const [app, workspaces] of this.#apps) {
      const files = new Map<string, string>([
        ['Dockerfile', 'scripts/kind/dev/Dockerfile'],
        ...this.#find([...manifests, `apps/${app}/package.json`]).map((file) => at('manifests', file)),
        ...this.#find(workspaces.map((folder) => `${folder}/${compiled}`)).map((file) => at('shop', file)),
        ...this.#importedBy(supervisor).map((file) => at('supervisor', file)),
      ]);
      const folder = join(this.#folder, app);
      for (const stale of globSync('**/*.*', { cwd: folder }))
        if (!files.has(stale.split(sep).join('/'))) rmSync(join(folder, stale));
      for (const [target, source] of files) this.#copy(source, join(folder, target));
      const generation = join(folder, 'generation');
      if (!existsSync(generation)) writeFileSync(generation, '');
    }
  }

  /** Copies compiled files that have changed, and removes those that are gone. */
  update(files: readonly string[]): void {
    for (const [app, workspaces] of this.#apps)
      for (const file of files.flatMap((each) => [each, `${each}.map`])) {
        if (!workspaces.includes(workspaceOf(file) ?? '')) continue;
        const target = join(this.#folder, app, 'shop', file);
        if (existsSync(join(this.#root, file))) this.#copy(file, target);
        else rmSync(target, { force: true });
      }
  }

  /** Has the images of the edited apps built: new pods get the edits only from their image. */
  rebuild(): void {
    this.#generation += 1;
    for (const app of editedApps)
      if (this.#apps.has(app))
        writeFileSync(join(this.#folder, app, 'generation'), `${Date.now()} ${this.#generation}\n`);
  }

  /** @returns the apps that these workspaces are a part of. */
  appsOf(workspaces: readonly string[]): string[] {
    return [...this.#apps]
      .filter(([, folders]) => folders.some((folder) => workspaces.includes(folder)))
      .map(([app]) => app);
  }

  #find(patterns: readonly string[]): string[] {
    return globSync(patterns, { cwd: this.#root }).map((file) => file.split(sep).join('/'));
  }

  #importedBy(entries: readonly string[]): string[] {
    const found = new Set<string>();
    const add = (file: string): void => {
      if (found.has(file)) return;
      found.add(file);
      for (const line of readFileSync(join(this.#root, file), 'utf8').split('\n')) {
        const [, path] = / from '(\.[^']*)';$/.exec(line) ?? [];
        if (path !== undefined && !line.startsWith('import type')) add(posix.join(posix.dirname(file), path));
      }
    };
    entries.forEach(add);
    return [...found];
  }

  #copy(source: string, target: string): void {
    const text = readFileSync(join(this.#root, source));
    // Another script is not a reason to install dependencies again.
    const content =
      posix.basename(source) === 'package.json' ? Buffer.from(reduceManifest(text.toString())) : text;
    if (existsSync(target) && content.equals(readFileSync(target))) return;
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
  }
}

const at = (folder: string, file: string): [string, string] => [`${folder}/${file}`, file];
