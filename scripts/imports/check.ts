import { circlesOf } from './circles.ts';
import type { Import } from './graph.ts';
import { exceptions, knownCircles, layers, type Exception, type KnownCircle } from './rules.ts';

/** Which exceptions there are; a test gives its own. */
export interface Allowed {
  readonly exceptions: readonly Exception[];
  readonly knownCircles: readonly KnownCircle[];
}

/** @returns one line for each import in a wrong direction, each circle, and each exception that nothing needs any more. */
export function problemsOf(
  imports: readonly Import[],
  allowed: Allowed = { exceptions, knownCircles },
): readonly string[] {
  const wrong = imports.flatMap((one) => {
    const reason = whyNot(one);
    return reason === undefined ? [] : [{ one, reason }];
  });
  const unused = allowed.exceptions.filter(
    (exception) => !wrong.some(({ one }) => isException(one, exception)),
  );
  const isAllowed = (one: Import): boolean =>
    allowed.exceptions.some((exception) => isException(one, exception));
  // What goes in a wrong direction is reported by itself, or is allowed.
  const circles = circlesOf(imports.filter((one) => whyNot(one) === undefined));
  return [
    ...wrong
      .filter(({ one }) => !isAllowed(one))
      .map(({ one, reason }) => `${one.from}:${one.line}: imports ${one.to}: ${reason}`),
    ...circles
      .filter((circle) => !allowed.knownCircles.some((known) => isKnown(circle, known)))
      .map(({ folder, members, imports: parts }) =>
        [
          `${folder || 'the repository'}: ${members.join(' and ')} import one another`,
          ...parts.map(({ from, line, to }) => `  ${from}:${line} imports ${to}`),
        ].join('\n'),
      ),
    ...unused.map(
      ({ from, to }) => `scripts/imports/rules.ts: no ${from} imports ${to} any more: remove the exception`,
    ),
    ...allowed.knownCircles
      .filter((known) => !circles.some((circle) => isKnown(circle, known)))
      .map(
        ({ folder, members }) =>
          `scripts/imports/rules.ts: ${folder}: ${members.join(' and ')} are not a circle any more: remove it`,
      ),
  ];
}

const isException = ({ from, to }: Import, exception: Exception): boolean =>
  startsWith(from, exception.from) && startsWith(to, exception.to);

const isKnown = ({ folder, members }: KnownCircle, known: KnownCircle): boolean =>
  folder === known.folder && members.join() === known.members.join();

/** @returns nothing for an import in the right direction. */
function whyNot({ from, to }: Import): string | undefined {
  const [importer = '', ...inner] = from.split('/');
  const [imported = '', name] = to.split('/');
  const [rank, other] = [layers.indexOf(importer as never), layers.indexOf(imported as never)];
  if (other > rank) return `${importer}/ does not import from ${imported}/`;
  if (importer === 'apps' && imported === 'apps' && inner[0] !== name)
    return 'an app does not import another app';
  if (to.startsWith('packages/testing/') && inner[1] === 'src' && inner[0] !== 'testing')
    return 'what runs in production does not import what is for tests';
  return undefined;
}

function startsWith(path: string, start: string): boolean {
  const names = path.split('/');
  return start.split('/').every((name, index) => name === '' || name === '*' || name === names[index]);
}
