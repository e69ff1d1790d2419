import { RegExpParser, visitRegExpAST, type AST } from '@eslint-community/regexpp';
import {
  getConsumedChars,
  getFirstConsumedChar,
  isPotentiallyEmpty,
  toUnicodeSet,
  type ReadonlyFlags,
} from 'regexp-ast-analysis';
import { analyse } from 'scslre';

/**
 * Says why a regular expression may take more than linear time in the length of the text it is applied to.
 *
 * A backtracking engine takes longer in two ways. Within one attempt, when two repetitions can share the same characters
 * (`\d+\d+x`, `(a|a)*b`): scslre finds these. Over all attempts, when one attempt runs far and fails, and the next begins
 * within what it has passed (`".*"x` on many quotation marks): no attempt does when no repetition can pass a character
 * that an expression begins with.
 * @returns undefined when it takes linear time. @throws {SyntaxError} when it is not a regular expression.
 */
export function whyNotLinear(source: string, flags: string): string | undefined {
  const { reports } = analyse({ source, flags }, { assumeRejectingSuffix: false });
  for (const { type, exponential, character } of reports) {
    const time = exponential ? 'exponential' : 'quadratic';
    if (type !== 'Move')
      return `${time} on many ${JSON.stringify(character.pick)}: two repetitions take the same characters`;
    return `${time} on many ${JSON.stringify(character.pick)}: each attempt passes the beginnings of the next ones`;
  }
  return whyAttemptsOverlap(source, flags);
}

function whyAttemptsOverlap(source: string, text: string): string | undefined {
  const parser = new RegExpParser();
  const flags = parser.parseFlags(text) as AST.Flags & ReadonlyFlags;
  // A sticky expression is attempted at one place.
  if (flags.sticky) return undefined;
  const pattern = parser.parsePattern(source, undefined, undefined, {
    unicode: flags.unicode,
    unicodeSets: flags.unicodeSets,
  });
  const starts = pattern.alternatives.flatMap(({ elements }) => startsOf(elements, flags));
  const repetitions: AST.Quantifier[] = [];
  visitRegExpAST(pattern, {
    onQuantifierEnter(quantifier) {
      if (quantifier.max === Infinity && !cannotFailAfter(quantifier)) repetitions.push(quantifier);
    },
  });
  for (const first of repetitions) {
    const passed = getConsumedChars(first.element, flags).chars;
    const isStart = starts.some(
      ({ at, after }) => !at.isDisjointWith(passed) && !after.isDisjointWith(passed),
    );
    // An attempt that begins within what the first one passes costs much if it comes to a repetition in there as well.
    const next = isStart && repetitions.find((second) => isReachedWithin(passed, second, flags));
    if (next)
      return `quadratic: ${first.raw} can pass the beginnings of attempts that come to ${next.raw}, and fail`;
  }
  return undefined;
}

/** Whether a text of these characters only can come to a repetition, and pass some of it. */
function isReachedWithin(characters: Characters, repetition: AST.Quantifier, flags: ReadonlyFlags): boolean {
  if (getConsumedChars(repetition.element, flags).chars.isDisjointWith(characters)) return false;
  for (let node: AST.Node | null = repetition; node; node = node.parent) {
    const parent: AST.Node | null = node.parent;
    if (parent?.type !== 'Alternative') continue;
    const needed = parent.elements
      .slice(0, parent.elements.indexOf(node as AST.Element))
      .filter((element) => element.type !== 'Assertion' && !isPotentiallyEmpty(element, flags));
    if (needed.some((element) => getConsumedChars(element, flags).chars.isDisjointWith(characters)))
      return false;
  }
  return true;
}

type Characters = ReturnType<typeof toUnicodeSet>['chars'];

/** Where an attempt can begin and cost more than one step: at a character of `at` that follows one of `after`. */
interface Start {
  readonly at: Characters;
  readonly after: Characters;
}

/** @returns nothing for an expression that can only begin once, with `^`. */
function startsOf(elements: readonly AST.Element[], flags: ReadonlyFlags, before?: Characters): Start[] {
  let after = before ?? charactersOf(String.raw`[\s\S]`, flags);
  let at = charactersOf('[]', flags);
  for (const [index, element] of elements.entries()) {
    if (element.type === 'Assertion') {
      if (element.kind === 'start' && !flags.multiline) return at.isEmpty ? [] : [{ at, after }];
      if (at.isEmpty) after = after.intersect(allowedBefore(element, elements.slice(index + 1), flags));
      continue;
    }
    if (at.isEmpty && (element.type === 'Group' || element.type === 'CapturingGroup'))
      return element.alternatives.flatMap((alternative) =>
        startsOf([...alternative.elements, ...elements.slice(index + 1)], flags, after),
      );
    const { char, empty } = getFirstConsumedChar(element, 'ltr', flags);
    at = at.union(char);
    if (!empty) return [{ at, after }];
  }
  return [{ at: at.union(at.negate()), after }];
}

/** What an assertion at the beginning allows right before the attempt. */
function allowedBefore(
  assertion: AST.Assertion,
  rest: readonly AST.Element[],
  flags: ReadonlyFlags,
): Characters {
  const any = charactersOf(String.raw`[\s\S]`, flags);
  if (assertion.kind === 'start') return charactersOf(String.raw`[\n\r\u2028\u2029]`, flags);
  if (assertion.kind === 'word' && !assertion.negate) {
    const word = charactersOf(String.raw`\w`, flags);
    return startsOf(rest, flags).every(({ at }) => at.isSubsetOf(word)) ? word.negate() : any;
  }
  if (assertion.kind !== 'lookbehind') return any;
  const [alternative, ...others] = assertion.alternatives;
  const [only, ...more] = alternative?.elements ?? [];
  const isOne = others.length === 0 && more.length === 0;
  if (
    !isOne ||
    (only?.type !== 'Character' && only?.type !== 'CharacterClass' && only?.type !== 'CharacterSet')
  )
    return any;
  const { chars } = toUnicodeSet(only, flags);
  return assertion.negate ? chars.negate() : chars;
}

/** @param source a class of characters. */
function charactersOf(source: string, flags: ReadonlyFlags): Characters {
  const [alternative] = new RegExpParser().parsePattern(source).alternatives;
  return toUnicodeSet(alternative?.elements[0] as AST.CharacterClass, flags).chars;
}

/** Whether the rest matches the empty text, so that an attempt that came so far succeeds. */
function cannotFailAfter(node: AST.Node): boolean {
  const { parent } = node;
  // A lookaround is attempted at each place, and what it passes is not used up.
  if (!parent || parent.type === 'Pattern') return true;
  if (parent.type === 'Assertion') return false;
  if (parent.type === 'Alternative') {
    const after = parent.elements.slice(parent.elements.indexOf(node as AST.Element) + 1);
    if (!after.every((element) => element.type !== 'Assertion' && isPotentiallyEmpty(element, {})))
      return false;
  }
  return cannotFailAfter(parent);
}
