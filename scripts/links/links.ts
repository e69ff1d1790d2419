/** Relative links of Markdown pages, as GitHub follows them. */
import { posix } from 'node:path';
import MarkdownIt from 'markdown-it';

const parser = new MarkdownIt('commonmark');
type Token = ReturnType<typeof parser.parse>[number];

/** What links can lead to: the files of the repository, by their path from its root. */
export interface Tree {
  readonly files: ReadonlySet<string>;
  read(file: string): string;
}

/** @returns a line for each relative link of one page that leads to no file, folder or heading of the tree. */
export function linkProblems(tree: Tree, page: string, markdown: string): string[] {
  const folders = foldersOf(tree.files);
  return linkTargets(markdown).flatMap((link) => {
    if (/^[a-z][a-z\d+.-]*:/i.test(link)) return [];
    const [path = '', fragment] = link.split('#', 2);
    const target = path === '' ? page : posix.join(posix.dirname(page), path).replace(/\/$/, '');
    if (!tree.files.has(target) && !folders.has(target))
      return [`${page}: the link to ${path} leads nowhere`];
    if (fragment === undefined || fragment === '' || !target.endsWith('.md')) return [];
    const anchors = anchorsOf(target === page ? markdown : tree.read(target));
    return anchors.has(fragment) ? [] : [`${page}: the link to ${link} leads to no heading`];
  });
}

function foldersOf(files: ReadonlySet<string>): Set<string> {
  const folders = new Set(['.']);
  for (const file of files)
    for (let at = posix.dirname(file); !folders.has(at); at = posix.dirname(at)) folders.add(at);
  return folders;
}

/** @returns where the links and images of a text lead, as they are written there, without escapes. */
export function linkTargets(markdown: string): string[] {
  return inlineOf(markdown).flatMap((token) => {
    const target = token.attrGet(token.type === 'image' ? 'src' : 'href');
    return target === null ? [] : [decoded(String(target))];
  });
}

const tokensOf = (markdown: string): Token[] => parser.parse(markdown.replace(/^\uFEFF/, ''), {});
const inlineOf = (markdown: string): Token[] => tokensOf(markdown).flatMap(({ children }) => children ?? []);

function decoded(target: string): string {
  try {
    return decodeURI(target);
  } catch {
    return target;
  }
}

/**
 * @returns the fragments of a page's headings: the heading's words in lower case, with a number after a repeated one.
 */
export function anchorsOf(markdown: string): Set<string> {
  const tokens = tokensOf(markdown);
  const anchors = new Set<string>();
  for (const [index, { type }] of tokens.entries()) {
    if (type !== 'heading_open') continue;
    const parts = tokens[index + 1]?.children ?? [];
    const words = parts.map(({ type: kind, content }) => (kind === 'html_inline' ? '' : content)).join('');
    const name = words
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
      .replaceAll(' ', '-');
    let anchor = name;
    for (let count = 1; anchors.has(anchor); count += 1) anchor = `${name}-${count}`;
    anchors.add(anchor);
  }
  return anchors;
}
