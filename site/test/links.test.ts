import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { deadLinks, foreignSources } from '../src/links.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'site-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(path: string, html: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), html);
}

test('links to pages, places and files that are there are in order', () => {
  write('index.html', '<a href="./a/#x">a</a> <a href="#top"> <i id="top"></i> <img src="b.png">');
  write(
    'a/index.html',
    '<h2 id="x">x</h2> <a href="../index.html">up</a> <a href="..">up</a> <a href="./">here</a> <a href="https://kubernetes.io/">k</a>',
  );
  write('b.png', '');
  expect(deadLinks(folder)).toEqual([]);
});

test.each([
  ['a/', 'there is no such page'],
  ['a.html#y', 'the page has no such place'],
  ['#y', 'the page has no such place'],
  ['b.png', 'there is no such page'],
  ['%ED%95%9C.html', 'there is no such page'],
])('the dead link %s is reported', (link, problem) => {
  write('index.html', `<a href="${link}">a</a>`);
  write('a.html', '<h2 id="x">x</h2>');
  expect(deadLinks(folder)).toEqual([`/index.html: ${link}: ${problem}`]);
});

test('a link from the root of the server is reported: the site may be elsewhere', () => {
  write('index.html', '<a href="/index.html">a</a>');
  expect(deadLinks(folder)).toEqual([expect.stringContaining('/index.html: /index.html: it leads out of')]);
});

test('what a page would load from another server is found, and links are not', () => {
  const html =
    '<link rel="stylesheet" href="https://fonts.example/a.css"><script async src="//x.example/a.js"></script><a href="https://y.example">';
  expect(foreignSources(html)).toEqual(['//x.example/a.js', 'https://fonts.example/a.css']);
});
