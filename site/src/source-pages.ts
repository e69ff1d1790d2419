/** Files and folders of the repository to which pages link, as pages of the site. */
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fenced } from './markdown.ts';
import { isFolder, routeOf, type Tree } from './tree.ts';
import { words } from './words.ts';

const languages: Readonly<Record<string, string>> = {
  '.ts': 'ts',
  '.tsx': 'tsx',
  '.mjs': 'js',
  '.js': 'js',
  '.yaml': 'yaml',
  '.yml': 'yaml',
  '.json': 'json',
  '.html': 'html',
  '.css': 'css',
  '.xml': 'xml',
  '.sh': 'bash',
};

/** Longer files are cut: a page of a megabyte helps no reader. */
const maxCharacters = 200_000;

export function sourceMarkdown(tree: Tree, path: string): string {
  if (isFolder(tree, path)) return folderMarkdown(tree, path);
  // Feeds of old suppliers are not UTF-8.
  const text = new TextDecoder('utf-8').decode(readFileSync(join(tree.root, path))).slice(0, maxCharacters);
  return `# ${nameOf(path)}\n\n\`${path}\`\n\n${fenced(languages[extname(path)] ?? 'txt', text.replace(/\n$/, ''))}`;
}

/** The names in a folder, with links to those that have a page. */
function folderMarkdown(tree: Tree, path: string): string {
  const within = readdirSync(join(tree.root, path)).filter((name) =>
    [...tree.files].some((file) => file === `${path}/${name}` || file.startsWith(`${path}/${name}/`)),
  );
  const lines = within.sort().map((name) => {
    const route = pageOf(tree, `${path}/${name}`);
    return `- ${route === undefined ? `\`${name}\`` : `[\`${name}\`](${route})`}`;
  });
  return `# ${nameOf(path)}\n\n${words.en.folder}: \`${path}\`\n\n${lines.join('\n')}`;
}

function pageOf(tree: Tree, path: string): string | undefined {
  if (tree.pages.includes(path)) return routeOf(path);
  if (tree.files.has(`${path}/README.md`)) return routeOf(`${path}/README.md`);
  if (!tree.linked.includes(path)) return undefined;
  return isFolder(tree, path) ? `/source/${path.replaceAll('.', '-')}/` : routeOf(path);
}

const nameOf = (path: string): string => path.split('/').at(-1) ?? path;
