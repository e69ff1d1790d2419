import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readPageFiles } from '../src/server/page-files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'page-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (files: Readonly<Record<string, string>>): void => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
};
const page = {
  'index.html': '<script src="/assets/index-new.js"></script><link href="/assets/index-new.css">',
  'assets/index-new.js': 'const icon = "/assets/icon-new.svg", page = "/assets/index-new.js";',
  'assets/index-new.css': '',
  'assets/icon-new.svg': '<svg/>',
};

test('the page is index.html and what it leads to, without what older builds have left', () => {
  write({ ...page, 'assets/index-old.js': '', 'assets/index-old.css': '', 'old.html': '' });
  const files = readPageFiles(folder);
  expect([...files.keys()].toSorted()).toEqual([
    '/',
    '/assets/icon-new.svg',
    '/assets/index-new.css',
    '/assets/index-new.js',
  ]);
  expect(files.get('/assets/icon-new.svg')).toMatchObject({ type: 'image/svg+xml' });
});

test('a page that has not been built is refused with what builds it', () => {
  expect(() => readPageFiles(folder)).toThrow('has no index.html: npm run build makes it');
});

test('a page that has lost a file is refused', () => {
  write(page);
  rmSync(join(folder, 'assets/index-new.js'));
  expect(() => readPageFiles(folder)).toThrow('has no assets/index-new.js: npm run build makes it');
});
