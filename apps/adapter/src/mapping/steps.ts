import { formatDecimal, parseDecimal, type Decimal, type GroupSeparator } from './decimal.ts';
import type { Step } from './value-schema.ts';

/** A value between two steps; undefined while there is none. */
export type Value = string | number | Decimal | undefined;
export type Outcome<T = Value> = { readonly value: T } | { readonly wrong: string };

/** A feed's own text in a message: recognisable, and never long. */
export const quote = (text: string): string =>
  JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);

const isBlank = (value: Value): boolean =>
  value === undefined || (typeof value === 'string' && value.trim() === '');

/** Steps in their order. A value that is blank passes all of them but `default`. */
export function runSteps(text: string | undefined, steps: readonly Step[]): Outcome {
  let value: Value = text;
  for (const step of steps) {
    if (isBlank(value)) {
      if (typeof step === 'object' && 'default' in step) value = step.default;
      continue;
    }
    if (typeof value !== 'string') return { wrong: 'is a number already' };
    const outcome = runStep(value, step);
    if ('wrong' in outcome) return outcome;
    value = outcome.value;
  }
  return { value: isBlank(value) ? undefined : value };
}

function runStep(text: string, step: Step): Outcome {
  if (step === 'trim') return { value: text.trim() };
  if (step === 'collapse') return { value: text.trim().replace(/\s+/g, ' ') };
  if (step === 'upper') return { value: text.toUpperCase() };
  if (step === 'lower') return { value: text.toLowerCase() };
  if ('default' in step) return { value: text };
  if ('lookup' in step) {
    if (Object.hasOwn(step.lookup, text)) return { value: step.lookup[text] };
    return { wrong: `is ${quote(text)}, which is none of ${Object.keys(step.lookup).join(', ')}` };
  }
  if ('decimal' in step) {
    const value = parseDecimal(text, step.decimal);
    return value
      ? { value }
      : { wrong: `is ${quote(text)}, which is not a number as its mapping describes it` };
  }
  return readInteger(text, step.integer.groupSeparator);
}

function readInteger(text: string, groupSeparator: GroupSeparator | undefined): Outcome {
  // The separator of decimals is one that whole numbers do not have.
  const decimalSeparator = groupSeparator === '.' ? ',' : '.';
  const parsed = parseDecimal(text, { decimalSeparator, groupSeparator });
  if (!parsed || parsed.scale > 0) return { wrong: `is ${quote(text)}, which is not a whole number` };
  const value = Number(formatDecimal(parsed));
  return Number.isSafeInteger(value) ? { value } : { wrong: `is ${quote(text)}, which is out of range` };
}
