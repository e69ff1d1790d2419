import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

export interface PageFile {
  readonly type: string;
  readonly body: Buffer;
  readonly gzip: Buffer;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** As Vite writes a reference to a file that it has named by its content. */
const reference = /\/assets\/[\w.-]+/g;

/**
 * The files of the page that Vite has built, by path: index.html and what it leads to. Files of older builds may lie beside
 * them, as turbo does not remove what it has not written. They are read once, so that no request's path reaches the file
 * system.
 * @throws when the page has not been built, or not as a whole.
 */
export function readPageFiles(folder: string): ReadonlyMap<string, PageFile> {
  const files = new Map<string, PageFile>();
  const add = (path: string, name: string): void => {
    const type = types[extname(name)];
    if (type === undefined || files.has(path)) return;
    const body = read(folder, name);
    files.set(path, { type, body, gzip: gzipSync(body) });
    for (const [asset] of body.toString().matchAll(reference)) add(asset, asset);
  };
  add('/', '/index.html');
  return files;
}

function read(folder: string, name: string): Buffer {
  try {
    return readFileSync(join(folder, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new Error(`${folder} has no ${name.slice(1)}: npm run build makes it`, { cause: error });
  }
}
