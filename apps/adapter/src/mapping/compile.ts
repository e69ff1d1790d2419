import { minorDigits } from '@shop/contracts';
import { productSchema, type FeedLine, type Problem } from './lines.ts';
import type { RawRecord } from '../formats/record.ts';
import { formatDecimal, toMinorUnits, type Decimal } from './decimal.ts';
import type { Mapping } from './schema.ts';
import { runSteps, type Value } from './steps.ts';
import { sourcesOf, type ValueField } from './value-schema.ts';

type Products = Extract<FeedLine, { product: unknown } | { problem: unknown }>;

export interface RecordMapper {
  /** The fields of the feed that it reads. */
  readonly wanted: ReadonlySet<string>;
  /** One product, or everything that keeps the record from being one. */
  readonly map: (record: RawRecord) => readonly Products[];
  /** Whether it becomes a product. */
  readonly isGood: (record: RawRecord) => boolean;
}

/** Compiles a mapping into functions on records. */
export function compileMapping(mapping: Mapping): RecordMapper {
  const { key, name, description, price, stock } = mapping.product;
  const fields = new Map<string, ValueField>([
    ['supplierKey', key],
    ['name', name],
    ...(description ? [['description', description] as const] : []),
    ['price.amount', price.amount],
    ['price.currency', price.currency],
    ...(stock ? [['stock', stock] as const] : []),
  ]);
  const map = (record: RawRecord): readonly Products[] => new RecordMapping(mapping, fields, record).run();
  return {
    wanted: new Set([...fields.values()].flatMap(sourcesOf)),
    map,
    isGood: (record) => map(record).every((line) => 'product' in line),
  };
}

/** The mapping of one record. */
class RecordMapping {
  readonly #mapping: Mapping;
  readonly #fields: ReadonlyMap<string, ValueField>;
  readonly #record: RawRecord;
  readonly #problems: Problem[] = [];
  /** Targets that already have a problem. Problems that only follow from it are not reported. */
  readonly #failed = new Set<string>();

  constructor(mapping: Mapping, fields: ReadonlyMap<string, ValueField>, record: RawRecord) {
    this.#mapping = mapping;
    this.#fields = fields;
    this.#record = record;
  }

  run(): readonly Products[] {
    const { line, record, faults } = this.#record;
    const whole = faults.filter(({ field }) => field === undefined);
    if (whole.length > 0) return whole.map(({ detail }) => ({ problem: { line, record, detail } }));
    const key = this.#value('supplierKey') as string | undefined;
    const candidate = {
      supplierKey: key,
      sku: key === undefined ? undefined : this.#mapping.skuPrefix + key,
      name: this.#value('name'),
      description: this.#value('description'),
      price: this.#price(),
      stock: this.#value('stock'),
      sellerId: this.#mapping.seller.id,
    };
    const checked = productSchema.safeParse(candidate);
    if (checked.success && this.#problems.length === 0)
      return [{ product: checked.data, position: { line, record } }];
    for (const { path, message } of checked.error?.issues ?? []) this.#refused(path.join('.'), message);
    const named = typeof key === 'string' ? { key: key.slice(0, 100) } : {};
    return this.#problems.map((problem) => ({ problem: { ...problem, ...named } }));
  }

  #price(): { amount: number | undefined; currency: string | undefined } {
    const currency = this.#value('price.currency') as string | undefined;
    const decimal = this.#value('price.amount') as Decimal | undefined;
    const digits = currency === undefined ? undefined : minorDigits(currency);
    // Without a valid currency the amount is unknown, so only the currency is reported.
    if (currency === undefined || digits === undefined || decimal === undefined) {
      this.#failed.add('price.amount');
      return { amount: undefined, currency };
    }
    const amount = toMinorUnits(decimal, digits);
    if (typeof amount === 'number') return { amount, currency };
    const reason = amount === 'too-fine' ? `finer than ${currency} has units` : 'out of range';
    this.#wrong('price.amount', `is ${formatDecimal(decimal)}, which is ${reason}`);
    return { amount: undefined, currency };
  }

  #value(target: string): Value {
    const field = this.#fields.get(target);
    if (!field) return undefined;
    const fault = this.#record.faults.find(
      ({ field: name }) => name !== undefined && sourcesOf(field).includes(name),
    );
    if (fault) return this.#wrong(target, fault.detail, fault.field);
    const outcome = runSteps(this.#source(field), field.steps);
    if ('wrong' in outcome) return this.#wrong(target, outcome.wrong);
    if (outcome.value === undefined && !field.optional) return this.#wrong(target, this.#absence(field));
    return outcome.value;
  }

  #source({ from, join, constant }: ValueField): string | undefined {
    const { values } = this.#record;
    if (from !== undefined) return values.get(from);
    if (join === undefined) return constant;
    const parts = join.from.map((name) => values.get(name)?.trim() ?? '');
    return parts.filter((part) => part !== '').join(join.separator);
  }

  #absence(field: ValueField): string {
    return sourcesOf(field).some((name) => this.#record.values.has(name)) ? 'is empty' : 'is missing';
  }

  /** Reports a violation of the shop's own rules. */
  #refused(path: string, message: string): void {
    const target = path === 'sku' ? 'supplierKey' : path;
    if (this.#failed.has(target)) return;
    this.#wrong(target, path === 'sku' ? `makes a sku that ${message}` : message);
  }

  #wrong(target: string, detail: string, source?: string): undefined {
    this.#failed.add(target);
    const { line, record } = this.#record;
    const field = this.#fields.get(target);
    const name = source ?? (field && sourcesOf(field).join(' + '));
    this.#problems.push({ line, record, ...(name ? { field: name } : {}), target, detail });
    return undefined;
  }
}
