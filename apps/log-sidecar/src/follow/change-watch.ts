import { watch, type FSWatcher } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Notices when something happens in a file's folder, as the kernel reports it (inotify). It is armed only while nothing comes:
 * a busy file would be reported with every write. Some file systems report nothing, so the wait always has an end.
 */
export class ChangeWatch {
  readonly #path: string;
  #watcher: FSWatcher | undefined;
  #change: AbortController | undefined;

  /** @param path the file; it need not be there, its folder has to be. */
  constructor(path: string) {
    this.#path = path;
  }

  get armed(): boolean {
    return this.#watcher !== undefined;
  }

  /** What happens from now on ends a `wait`. @returns false where the kernel refuses: no folder, or too many watches. */
  arm(): boolean {
    this.disarm();
    const change = new AbortController();
    try {
      this.#watcher = watch(dirname(this.#path), { persistent: false }, () => change.abort());
    } catch {
      return false;
    }
    this.#watcher.on('error', () => change.abort());
    this.#change = change;
    return true;
  }

  /** Waits for a change since `arm`, `withinMs`, or the signal. @returns whether there was a change; it is armed no longer then. */
  async wait(withinMs: number, signal: AbortSignal): Promise<boolean> {
    const change = this.#change?.signal ?? AbortSignal.abort();
    await delay(withinMs, undefined, { signal: AbortSignal.any([change, signal]) }).catch(() => {});
    if (!change.aborted) return false;
    this.disarm();
    return true;
  }

  disarm(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    this.#change = undefined;
  }
}
