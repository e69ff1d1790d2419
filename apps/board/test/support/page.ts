import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A tiny built page, so that tests need not build the real one. */
export function fakePage(): Disposable & { readonly folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'board-page-'));
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>The shop</title>');
  writeFileSync(join(folder, 'assets/index-1.js'), 'export {};');
  writeFileSync(join(folder, 'secret.txt'), 'no file of the page');
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}
