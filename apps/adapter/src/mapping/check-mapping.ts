import type { z } from 'zod';
import type { FeedMapping, FixedWidthFeed } from './feed-schema.ts';
import { sourcesOf, type Step, type ValueField } from './value-schema.ts';

type Kind = 'text' | 'decimal' | 'integer';
interface Problem {
  readonly path: (string | number)[];
  readonly message: string;
}

/** The values of a product: their place in the mapping, and the kind that each must have. */
const targets: readonly (readonly [path: readonly string[], kind: Kind])[] = [
  [['key'], 'text'],
  [['name'], 'text'],
  [['description'], 'text'],
  [['price', 'amount'], 'decimal'],
  [['price', 'currency'], 'text'],
  [['stock'], 'integer'],
];

const optionalTargets: ReadonlySet<string> = new Set(['description', 'stock']);

/** The part of a mapping that is checked here; schema.ts, which calls this, has the whole. */
interface FeedAndProduct {
  readonly feed: FeedMapping;
  readonly product: object;
}

/** Checks what the schema of single entries cannot: that they fit together. Invalid entries are skipped. */
export function checkMapping({ feed, product }: FeedAndProduct, context: z.RefinementCtx): void {
  const known = fieldsOf(feed);
  const problems = [...checkSpans(feed)];
  for (const [path, kind] of targets) {
    const value = path.reduce<unknown>(
      (outer, key) => (outer as Record<string, unknown> | undefined)?.[key],
      product,
    );
    if (typeof value === 'object' && value !== null)
      problems.push(...checkValue(value as ValueField, ['product', ...path], kind, known));
  }
  for (const { path, message } of problems) context.addIssue({ code: 'custom', path, message });
}

function* checkValue(
  value: ValueField,
  path: string[],
  kind: Kind,
  known: ReadonlySet<string> | undefined,
): Iterable<Problem> {
  const given = (['from', 'join', 'constant'] as const).filter((key) => value[key] !== undefined);
  if (given.length !== 1) yield { path, message: 'must have exactly one of from, join and constant' };
  for (const name of Array.isArray(value.join?.from) || value.from ? sourcesOf(value) : [])
    if (known && !known.has(name)) yield { path, message: `${name} is not a column of the feed` };
  if (value.optional && !optionalTargets.has(path.at(-1) ?? ''))
    yield { path: [...path, 'optional'], message: 'is not possible here: every product needs it' };
  if (!Array.isArray(value.steps)) return;
  let current: Kind = 'text';
  for (const [index, step] of value.steps.entries()) {
    if (current !== 'text')
      yield {
        path: [...path, 'steps', index],
        message: 'must come before the step that makes the value a number',
      };
    current = resultOf(step);
  }
  if (current !== kind)
    yield {
      path: [...path, 'steps'],
      message: `must ${kind === 'text' ? 'leave a text' : `end with ${kind}`}`,
    };
}

const resultOf = (step: Step | undefined): Kind => {
  if (typeof step !== 'object' || step === null) return 'text';
  if ('decimal' in step) return 'decimal';
  return 'integer' in step ? 'integer' : 'text';
};

/** The columns that a mapping lists; undefined where only the feed knows. */
function fieldsOf(feed: FeedMapping | undefined): ReadonlySet<string> | undefined {
  if (feed?.format === 'fixed-width') return new Set(Object.keys(feed.columns ?? {}));
  return feed?.format === 'csv' && Array.isArray(feed.columns) ? new Set(feed.columns) : undefined;
}

function* checkSpans(feed: FeedMapping | undefined): Iterable<Problem> {
  if (feed?.format !== 'fixed-width') return;
  const { length, type, count, columns } = feed as Partial<FixedWidthFeed>;
  const spans = [
    [['type'], type],
    [['count'], count],
    ...Object.entries(columns ?? {}).map(([name, span]) => [['columns', name], span] as const),
  ] as const;
  for (const [path, span] of spans)
    if (span && length && span.start + span.width - 1 > length)
      yield { path: ['feed', ...path], message: `ends behind the line, which has ${length}` };
}
