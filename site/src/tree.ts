/** Where each file of the repository is on the site. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { Language } from '../../lessons/runner/lesson.ts';
import { repositoryFiles } from '../../scripts/support/repository-files.ts';
import { linkTargets } from '../../scripts/links/links.ts';

/** `ko` for `README.ko.md`. */
export const languageOf = (file: string): Language => (file.endsWith('.ko.md') ? 'ko' : 'en');

const isPage = (file: string): boolean => file.endsWith('.md');
const isImage = (file: string): boolean => /\.(?:png|svg|jpg|webp)$/.test(file);

/**
 * The address of a file, from the root of the site. A folder's README has the folder's address; a source file has a page
 * of its own below /source/, without dots, which servers would take for an ending.
 */
export function routeOf(file: string): string {
  if (isImage(file)) return `/files/${file}`;
  if (!isPage(file)) return `/source/${file.replaceAll('.', '-')}`;
  const language = languageOf(file);
  const start = language === 'en' ? '/' : `/${language}/`;
  const path = file.replace(/(?:\.ko)?\.md$/, '').replace(/^lessons\/challenges\//, 'challenges/');
  if (path === 'README') return `${start}overview`;
  return start + path.replace(/(^|\/)README$/, '$1');
}

/** The Markdown file that VitePress makes the page of this address from. */
export const stagedFile = (route: string): string =>
  `${route.slice(1)}${route.endsWith('/') ? 'index' : ''}.md`;

export interface Tree {
  readonly root: string;
  /** Every file of the repository. */
  readonly files: ReadonlySet<string>;
  /** Pages, in the order of their paths. */
  readonly pages: readonly string[];
  /** Source files, folders and images to which a page links. */
  readonly linked: readonly string[];
}

export function readTree(root: string): Tree {
  const files = new Set(repositoryFiles([], root));
  const pages = [...files].filter((file) => isPage(file) && !file.startsWith('.')).sort();
  const linked = pages.flatMap((page) =>
    targetsOf(page, readFileSync(join(root, page), 'utf8')).filter((target) => !isPage(target)),
  );
  return { root, files, pages, linked: [...new Set(linked)].sort() };
}

/** @returns files and folders of the repository to which a page links, by their paths. */
const targetsOf = (page: string, markdown: string): string[] =>
  linkTargets(markdown).flatMap((link) => targetOf(page, link)?.file ?? []);

export interface Target {
  readonly file: string;
  readonly fragment: string;
}

/** @returns nothing for a link that leads out of the repository or stays in its page. */
export function targetOf(page: string, link: string): Target | undefined {
  if (/^[a-z][a-z\d+.-]*:|^#|^\//i.test(link)) return undefined;
  const [path = '', fragment = ''] = link.split('#', 2);
  const file = posix.join(posix.dirname(page), path).replace(/\/$/, '');
  return { file, fragment: fragment === '' ? '' : `#${fragment}` };
}

export const isFolder = ({ root }: Tree, path: string): boolean =>
  existsSync(join(root, path)) && statSync(join(root, path)).isDirectory();

/** Where a link to a file or folder leads on the site. */
export function routeOfTarget(tree: Tree, path: string, language: Language): string {
  if (!isFolder(tree, path)) return routeOf(path);
  const readmes = [...(language === 'ko' ? [`${path}/README.ko.md`] : []), `${path}/README.md`];
  const readme = readmes.find((file) => tree.files.has(file));
  return readme === undefined ? `/source/${path.replaceAll('.', '-')}/` : routeOf(readme);
}

export const isImageFile = isImage;
