import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../src/index.ts';
import type { Harness } from './contract/context.ts';

/** A database file whose directory can be replaced by a file. */
export async function startSqlite(): Promise<Harness & { readonly path: string }> {
  const root = await mkdtemp(join(tmpdir(), 'store-'));
  const directory = join(root, 'data');
  const away = join(root, 'away');
  let made = false;
  return {
    path: join(directory, 'shop.db'),
    open: async () => openStore(`sqlite:${join(directory, 'shop.db')}`),
    async goAway() {
      made = await rename(directory, away).then(
        () => true,
        () => false,
      );
      // A file at the directory's path: not even root can open it as a directory.
      await writeFile(directory, '');
    },
    async comeBack() {
      await rm(directory);
      if (made) await rename(away, directory);
    },
    dispose: () => rm(root, { recursive: true, force: true }),
  };
}
