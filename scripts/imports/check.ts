import { cyclesOf } from './cycles.ts';
import type { Import } from './graph.ts';
import { exceptions, layers, type Exception } from './rules.ts';

/**
 * @param allowed the exceptions; a test has its own.
 * @returns one line for each import in a wrong direction, each cycle, and each exception that nothing needs any more.
 */
export function problemsOf(
  imports: readonly Import[],
  allowed: readonly Exception[] = exceptions,
): readonly string[] {
  const wrong = imports.flatMap((one) => {
    const reason = whyNot(one);
    return reason === undefined ? [] : [{ one, reason }];
  });
  const unused = allowed.filter((exception) => !wrong.some(({ one }) => isException(one, exception)));
  const isAllowed = (one: Import): boolean => allowed.some((exception) => isException(one, exception));
  // Imports in a wrong direction are reported above or allowed: they do not count as part of a cycle.
  const cycles = cyclesOf(imports.filter((one) => whyNot(one) === undefined));
  return [
    ...wrong
      .filter(({ one }) => !isAllowed(one))
      .map(({ one, reason }) => `${one.from}:${one.line}: imports ${one.to}: ${reason}`),
    ...cycles.map(({ folder, members, imports: parts }) =>
      [
        `${folder || 'the repository'}: ${members.join(' and ')} import one another`,
        ...parts.map(({ from, line, to }) => `  ${from}:${line} imports ${to}`),
      ].join('\n'),
    ),
    ...unused.map(
      ({ from, to }) => `scripts/imports/rules.ts: no ${from} imports ${to} any more: remove the exception`,
    ),
  ];
}

const isException = ({ from, to }: Import, exception: Exception): boolean =>
  startsWith(from, exception.from) && startsWith(to, exception.to);

/** @returns nothing for an import in the right direction. */
function whyNot({ from, to, ownName }: Import): string | undefined {
  const [importer = '', ...inner] = from.split('/');
  const [imported = '', name] = to.split('/');
  const [rank, other] = [layers.indexOf(importer as never), layers.indexOf(imported as never)];
  if (other > rank) return `${importer}/ does not import from ${imported}/`;
  if (importer === 'apps' && imported === 'apps' && inner[0] !== name)
    return 'an app does not import another app';
  if (to.startsWith('packages/testing/') && from.includes('/src/') && inner[0] !== 'testing')
    return 'what runs in production does not import what is for tests';
  if (ownName) return 'a workspace imports itself by path: by its name it would have to be built first';
  return undefined;
}

function startsWith(path: string, start: string): boolean {
  const names = path.split('/');
  return start.split('/').every((name, index) => name === '' || name === '*' || name === names[index]);
}
