/** Links of the built pages: each leads to a file of the site, and to a place in it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

/** @param html of one page. @returns values of `href` and `src`. */
const linksIn = (html: string): string[] =>
  [...html.matchAll(/\s(?:href|src)="([^"]*)"/g)].map(([, link = '']) => unescaped(link));

const anchorsIn = (html: string): Set<string> =>
  new Set([...html.matchAll(/\sid="([^"]*)"/g)].map(([, id = '']) => unescaped(id)));

const unescaped = (text: string): string =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');

/** @returns a line for each dead link. */
export function deadLinks(folder: string): string[] {
  const files = new Set(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length).replaceAll('\\', '/')),
  );
  const pages = new Map(
    [...files]
      .filter((file) => file.endsWith('.html'))
      .map((file) => [file, readFileSync(join(folder, file), 'utf8')]),
  );
  const anchors = new Map([...pages].map(([file, html]) => [file, anchorsIn(html)]));
  return [...pages].flatMap(([page, html]) =>
    [...new Set(linksIn(html))].flatMap((link) => {
      const problem = problemOf(link, page, { files, anchors });
      return problem === undefined ? [] : [`${page}: ${link}: ${problem}`];
    }),
  );
}

interface Site {
  readonly files: ReadonlySet<string>;
  readonly anchors: ReadonlyMap<string, ReadonlySet<string>>;
}

function problemOf(link: string, page: string, { files, anchors }: Site): string | undefined {
  if (/^[a-z][a-z\d+.-]*:|^\/\//i.test(link)) return undefined;
  const [address = '', fragment = ''] = decodeURI(link).split('#', 2);
  const path = address.split('?')[0] ?? '';
  if (path.startsWith('/')) return 'it leads out of a site that is not at the root of its server';
  const absolute = posix.join(posix.dirname(page), path);
  const file =
    path === ''
      ? page
      : `${absolute}${/(?:^|\/)\.{0,2}$/.test(path) ? '/index.html' : ''}`.replace('//', '/');
  if (!files.has(file)) return 'there is no such page';
  if (fragment === '' || anchors.get(file)?.has(fragment) !== false) return undefined;
  return 'the page has no such place';
}

/** @returns addresses of other servers from which a page would load something by itself. */
export function foreignSources(html: string): string[] {
  const loading = [
    ...html.matchAll(/<(?:script|img|iframe|source|video|audio)\b[^>]*\ssrc="((?:https?:)?\/\/[^"]*)"/g),
    ...html.matchAll(/<link\b[^>]*\shref="((?:https?:)?\/\/[^"]*)"/g),
  ];
  return loading.map(([, address = '']) => address);
}
