import { limits } from './limits.ts';
import type { Fault, RawRecord } from './record.ts';

/** The record being read: its fields by their path, `가격/@통화`; only requested ones, within the limits. */
export class XmlRecord {
  readonly #wanted: ReadonlySet<string>;
  readonly #line: number;
  readonly #start: number;
  readonly #values = new Map<string, string>();
  readonly #faults = new Map<string | undefined, string>();
  /** The open elements within the record and their text so far; the first is the record itself. */
  readonly #open: { readonly path: string; text: string }[] = [{ path: '', text: '' }];

  /** @param start where it begins, in characters. */
  constructor(wanted: ReadonlySet<string>, line: number, start: number) {
    this.#wanted = wanted;
    this.#line = line;
    this.#start = start;
  }

  enter(name: string): void {
    const outer = this.#open.at(-1)?.path ?? '';
    this.#open.push({ path: outer === '' ? name : `${outer}/${name}`, text: '' });
  }

  attribute(name: string, value: string, fault: string | undefined): void {
    const outer = this.#open.at(-1)?.path ?? '';
    const field = outer === '' ? `@${name}` : `${outer}/@${name}`;
    this.#set(field, value);
    if (fault !== undefined) this.#fault(field, fault);
  }

  text(text: string, fault: string | undefined): void {
    const element = this.#open.at(-1);
    if (!element) return;
    const field = element.path || '.';
    if (!this.#wanted.has(field)) return;
    if (element.text.length <= limits.field) element.text += text;
    if (fault !== undefined) this.#fault(field, fault);
  }

  /** @returns whether the record itself is over. */
  leave(): boolean {
    const element = this.#open.pop();
    if (element) this.#set(element.path || '.', element.text);
    return this.#open.length === 0;
  }

  /** Notes a fault in the record's markup. */
  fault(detail: string): void {
    this.#fault(undefined, detail);
  }

  /** @param end where it ends, in characters. */
  finish(record: number, end: number): RawRecord {
    const position = { line: this.#line, record };
    if (end - this.#start > limits.record) {
      const detail = `is longer than ${limits.record} characters`;
      return { ...position, values: new Map(), faults: [{ field: undefined, detail }] };
    }
    const faults: Fault[] = [...this.#faults].map(([field, detail]) => ({ field, detail }));
    return { ...position, values: this.#values, faults };
  }

  #set(field: string, value: string): void {
    if (!this.#wanted.has(field)) return;
    if (value.length > limits.field) this.#fault(field, `has more than ${limits.field} characters`);
    else if (this.#values.has(field)) this.#fault(field, 'is there more than once');
    else this.#values.set(field, value);
  }

  #fault(field: string | undefined, detail: string): void {
    if (!this.#faults.has(field)) this.#faults.set(field, detail);
  }
}
