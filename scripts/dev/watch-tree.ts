import { readdirSync, statSync, watch, type FSWatcher } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { SetUpError } from '../support/command-line.ts';

/** Files that editors make beside the one that is edited, and hidden ones. */
const ignored = /^\.|^4913$|~$|\.(?:swp|swx|tmp|bak)$/;

/** An editor writes a file in several steps, and `git checkout` writes many: this long without a change ends them. */
const usualSettleMs = 15;

/**
 * Watches the files below some folders, new ones too. One watcher a folder: Node's recursive one loses files that are
 * replaced on Linux, and editors replace files.
 */
export class TreeWatcher implements Disposable {
  readonly #root: string;
  readonly #folders: readonly string[];
  readonly #settleMs: number;
  readonly #watchers = new Map<string, FSWatcher>();
  readonly #single: FSWatcher[] = [];
  #touched = new Set<string>();
  #settling: NodeJS.Timeout | undefined;
  #wake = (): void => undefined;

  /**
   * @param folders below `root`, with all folders in them.
   * @param files single files below `root`.
   * @param settleMs milliseconds without a change that end a change of several files.
   * @throws {SetUpError} where the system watches no more files.
   */
  constructor(
    root: string,
    folders: readonly string[],
    files: readonly string[] = [],
    settleMs: number = usualSettleMs,
  ) {
    this.#root = root;
    this.#settleMs = settleMs;
    this.#folders = folders;
    this.#addAll();
    for (const file of files)
      this.#single.push(this.#watch(dirname(join(root, file)), (name) => name === basename(file)));
  }

  /**
   * Resolves with the paths below the root that have changed since the last call: at once, or at the next change; with
   * none when the signal is aborted.
   */
  async next(signal: AbortSignal): Promise<readonly string[]> {
    if (!signal.aborted && (this.#touched.size === 0 || this.#settling !== undefined))
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    const touched = [...this.#touched];
    this.#touched = new Set();
    return touched;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#settling);
    for (const watcher of this.#watchers.values()) watcher.close();
    for (const watcher of this.#single) watcher.close();
  }

  #addAll(): void {
    for (const folder of this.#folders) this.#add(join(this.#root, folder));
  }

  #add(folder: string): void {
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return this.#drop(folder);
    if (!this.#watchers.has(folder))
      this.#watchers.set(
        folder,
        this.#watch(folder, (name) => !ignored.test(name)),
      );
    for (const entry of readdirSync(folder, { withFileTypes: true }))
      if (entry.isDirectory()) this.#add(join(folder, entry.name));
  }

  #drop(folder: string): void {
    this.#watchers.get(folder)?.close();
    this.#watchers.delete(folder);
  }

  #watch(folder: string, isWanted: (name: string) => boolean): FSWatcher {
    try {
      const watcher = watch(folder, (event, name) => {
        if (name === null || !isWanted(name)) return;
        if (event === 'rename') {
          // A folder that was deleted and made again needs another watcher. Linux reports its own end by its own name.
          this.#drop(join(folder, name));
          if (name === basename(folder)) this.#drop(folder);
        }
        this.#touch(join(folder, name));
      });
      return watcher.on('error', () => watcher.close());
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOSPC' && code !== 'EMFILE') throw error;
      throw new SetUpError(
        `The system does not watch more files (${code}). On Linux raise its limits: ` +
          `sudo sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=512`,
        { cause: error },
      );
    }
  }

  #touch(path: string): void {
    this.#touched.add(relative(this.#root, path).split(sep).join('/'));
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => {
      this.#settling = undefined;
      // There may be new folders.
      this.#addAll();
      this.#wake();
    }, this.#settleMs);
  }
}
