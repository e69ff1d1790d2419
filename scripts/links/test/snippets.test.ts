import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import { expect, test } from '@jest/globals';
import { parseSync } from 'oxc-parser';

const root = join(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** The TypeScript files that a page writes with `cat > FILE <<'END'`: path and text. */
const filesIn = (markdown: string): [string, string][] =>
  markdown
    .split('\ncat > ')
    .slice(1)
    .map((rest): [string, string] => {
      const [path = '', text = ''] = rest.split(/ <<'END'\n/, 2);
      return [path, text.split('\nEND\n', 1)[0] ?? ''];
    })
    .filter(([path]) => path.endsWith('.ts'));

/** What a file of the repository exports. The page copies some of review's from user. */
function exportsOf(path: string): (string | null)[] {
  const copied = path.startsWith('apps/review/');
  const source = copied ? path.replaceAll('review', 'user') : path;
  const { staticExports } = parseSync(source, read(source)).module;
  const names = staticExports.flatMap(({ entries }) => entries.map(({ exportName }) => exportName.name));
  return copied ? names.map((name) => name?.replace('User', 'Review') ?? null) : names;
}

/** @returns `path: name` for each import by path of a name that the file there does not export. */
function unknownImports(path: string, text: string, written: readonly string[]): string[] {
  return parseSync(path, text).module.staticImports.flatMap(({ moduleRequest: { value }, entries }) => {
    const target = join(dirname(path), value);
    if (!value.startsWith('.') || written.includes(target)) return [];
    const exported = exportsOf(target);
    return entries.flatMap(({ importName: { name } }) =>
      name === null || exported.includes(name) ? [] : [`${target}: ${name}`],
    );
  });
}

test('the files of docs/adding-a-service.md import what the repository exports', () => {
  const files = filesIn(read('docs/adding-a-service.md'));
  expect(files.length).toBeGreaterThan(4);
  const written = files.map(([path]) => path);
  expect(files.flatMap(([path, text]) => unknownImports(path, text, written))).toEqual([]);
});
