/** Edits of the repository's own sources, and where a client sees them. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

export interface Edit {
  readonly title: string;
  readonly file: string;
  /** Text in the file, and what replaces it; `mark` makes each edit another one. */
  readonly from: string;
  readonly to: (mark: string) => string;
  /** Where the shop then responds with the mark. */
  readonly path: string;
}

/** In an app. */
export const appEdit: Edit = {
  title: 'an app (apps/product)',
  file: 'apps/product/src/openapi.ts',
  from: `'The products of the shop.'`,
  to: (mark) => `'The products of the shop (${mark}).'`,
  path: '/product/openapi.json',
};

/** In a package that both services are made of. */
export const packageEdit: Edit = {
  title: 'a package (packages/service)',
  file: 'packages/service/src/resource/resource.ts',
  from: 'with the id ${id}.`',
  to: (mark) => 'with the id ${id} (' + mark + ').`',
  path: '/product/01941f29-7c01-7000-8000-00000000ffff',
};

/** Files as they were before the first edit; `undefined`: there was none. Disposing of it writes them back. */
export class EditedFiles implements Disposable {
  readonly #before = new Map<string, string | undefined>();

  /** @throws where the text to be replaced is not in the file. */
  apply({ file, from, to }: Edit, mark: string): void {
    const original = this.#original(file);
    if (original?.includes(from) !== true) throw new Error(`${file} does not contain ${from} any more`);
    writeFileSync(
      root + file,
      original.replace(from, () => to(mark)),
    );
  }

  /** Writes a file that was not there, or other text into one. */
  write(file: string, change: (original: string) => string): void {
    writeFileSync(root + file, change(this.#original(file) ?? ''));
  }

  restore(file: string): void {
    const original = this.#before.get(file);
    if (original === undefined) rmSync(root + file, { force: true });
    else writeFileSync(root + file, original);
  }

  /** All of them. */
  restoreAll(): void {
    for (const file of this.#before.keys()) this.restore(file);
  }

  [Symbol.dispose](): void {
    this.restoreAll();
  }

  #original(file: string): string | undefined {
    if (!this.#before.has(file)) this.#before.set(file, read(root + file));
    return this.#before.get(file);
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
