import { isUtf8 } from 'node:buffer';
import type { Line } from '../follow/line-reader.ts';
import type { Stats } from '../metrics.ts';
import { Enrichment, isEmpty, positionKey, writeJsonRecord, type Origin } from './json-record.ts';
import { JsonScanner } from './json-scanner.ts';
import { OpenGroup, type MultiLineOptions } from './multi-line.ts';
import type { Output } from './output.ts';
import { createRawRedaction, type RawRedaction } from './raw-text.ts';
import { compileRedactPaths } from './redact-paths.ts';

export interface TransformOptions {
  readonly origin: Origin;
  readonly redact: { readonly paths: readonly string[]; readonly censor: string };
  readonly sampling: SamplingRates;
  readonly multiline: MultiLineOptions;
}

export interface TransformContext {
  readonly output: Output;
  /** Whether a record of so many bytes, without a mark, may have been written before. */
  readonly mayRepeat: (bytes: number) => boolean;
  readonly stats: Stats;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
}

/** Turns the app's lines into lines of the output. Lines that are not JSON wait here until their group is complete. */
export class Transformer {
  readonly #context: TransformContext;
  readonly #enrichment: Enrichment;
  readonly #scanner: JsonScanner;
  readonly #level: number;
  readonly #sampling: Sampling;
  readonly #multiline: MultiLineOptions;
  readonly #censor: Buffer;
  readonly #redactText: RawRedaction;
  /** Lines that are not JSON and may be continued. */
  #group: OpenGroup | undefined;
  #positionStart = Buffer.alloc(0);

  constructor({ origin, redact, sampling, multiline }: TransformOptions, context: TransformContext) {
    this.#context = context;
    this.#enrichment = new Enrichment(origin);
    this.#level = this.#enrichment.keys.length;
    this.#scanner = new JsonScanner([...this.#enrichment.keys, 'level'], compileRedactPaths(redact.paths));
    this.#sampling = new Sampling(sampling);
    this.#multiline = multiline;
    this.#censor = Buffer.from(JSON.stringify(redact.censor));
    this.#redactText = createRawRedaction(redact.paths, redact.censor);
  }

  /** The following lines are of another file. */
  beginFile(id: string): void {
    this.#positionStart = Buffer.from(`,"${positionKey}":{"file":${JSON.stringify(id)},"offset":`);
  }

  /** The offset of the lines that wait here. */
  get waitingFrom(): number | undefined {
    return this.#group?.offset;
  }

  /** Whether lines have waited so long for the next one that `endGroup` has to pass them on. */
  get groupDue(): boolean {
    return this.#group?.due ?? false;
  }

  /** @param knownUtf8 whether the line is certainly UTF-8. */
  pass(line: Line, knownUtf8: boolean): void {
    const { bytes, start, end } = line;
    if (!knownUtf8 && !isUtf8(bytes.subarray(start, end))) {
      this.#context.stats.invalidUtf8Lines++;
      const repaired = Buffer.from(bytes.toString('utf8', start, end));
      return this.#passUtf8({ ...line, bytes: repaired, start: 0, end: repaired.length });
    }
    this.#passUtf8(line);
  }

  endGroup(): void {
    const group = this.#group?.end();
    if (!group) return;
    this.#group = undefined;
    const { lines } = this.#context.stats;
    lines.raw++;
    lines.joined += group.lines - 1;
    this.#writeText(
      group.text,
      group.offset,
      group.nextOffset,
      group.lines > 1 ? `,"lines":${group.lines}` : '',
    );
  }

  #passUtf8(line: Line): void {
    if (line.cutFrom > 0) return this.#passCut(line);
    if (!this.#scanner.scan(line.bytes, line.start, line.end)) return this.#passRaw(line);
    this.endGroup();
    const { stats } = this.#context;
    const verdict = this.#sampling.active ? this.#sampling.verdict(this.#levelOf(line.bytes)) : 'keep';
    if (verdict !== 'keep') {
      stats.lines[verdict]++;
      return;
    }
    stats.lines.json++;
    stats.redactedValues += this.#scanner.redactions.length / 2;
    const { output } = this.#context;
    const start = output.beginRecord();
    writeJsonRecord(output, line.bytes, this.#scanner, this.#enrichment, this.#censor);
    this.#writePosition(start, line.offset, line.nextOffset, '');
  }

  #passRaw({ bytes, start, end, offset, nextOffset }: Line): void {
    if (end > start && bytes[end - 1] === 13) end--;
    const text = bytes.toString('utf8', start, end);
    if (this.#group?.tryContinue(text, end - start, nextOffset)) return;
    this.endGroup();
    if (text.trim() === '') {
      this.#context.stats.lines.empty++;
      return;
    }
    this.#group = new OpenGroup(this.#multiline, this.#context.now, offset);
    this.#group.add(text, end - start, nextOffset);
  }

  #passCut({ bytes, start, end, offset, nextOffset, cutFrom }: Line): void {
    this.endGroup();
    this.#context.stats.lines.too_long++;
    const text = bytes.toString('utf8', start, end);
    this.#writeText(text, offset, nextOffset, `,"cutFromBytes":${cutFrom}`);
  }

  #writeText(text: string, offset: number, nextOffset: number, more: string): void {
    const { output } = this.#context;
    const start = output.beginRecord();
    output.text(`{"raw":true,"msg":${JSON.stringify(this.#redactText(text))}`);
    output.append(this.#enrichment.members());
    this.#writePosition(start, offset, nextOffset, more);
  }

  /** Ends a record with the line's place, by which a consumer recognises a repeated line. */
  #writePosition(start: number, offset: number, nextOffset: number, more: string): void {
    const { output, mayRepeat, stats } = this.#context;
    output.append(this.#positionStart, isEmpty(output, start) ? 1 : 0);
    output.integer(offset);
    if (more !== '') output.text(more);
    if (mayRepeat(output.length + 3 - start)) {
      stats.redeliveredLines++;
      output.text(',"redelivered":true');
    }
    output.text('}}\n');
    output.endRecord(nextOffset);
  }

  #levelOf(bytes: Buffer): string {
    const { members, memberCount } = this.#scanner;
    const member = members.find(({ key }, index) => key === this.#level && index < memberCount);
    return member ? bytes.toString('latin1', member.valueStart, member.end) : '';
  }
}

/** By level: one line in this many is kept; 0 keeps none. */
type SamplingRates = Readonly<Record<string, number>>;

/** pino's numbers for its levels, for apps that write these. */
const numbers: Readonly<Record<string, string>> = {
  trace: '10',
  debug: '20',
  info: '30',
  warn: '40',
  error: '50',
  fatal: '60',
};

type SamplingVerdict = 'keep' | 'dropped' | 'sampled_out';

/** Decides by a line's level; the first line of each level is kept, then every n-th. */
class Sampling {
  readonly #rules = new Map<string, { readonly keepOneIn: number; seen: number }>();

  constructor(rates: SamplingRates) {
    for (const [level, keepOneIn] of Object.entries(rates)) {
      const rule = { keepOneIn, seen: 0 };
      this.#rules.set(JSON.stringify(level), rule);
      const number = numbers[level];
      if (number) this.#rules.set(number, rule);
    }
  }

  get active(): boolean {
    return this.#rules.size > 0;
  }

  /** @param level as it stands in the line, as JSON. */
  verdict(level: string): SamplingVerdict {
    const rule = this.#rules.get(level);
    if (!rule) return 'keep';
    if (rule.keepOneIn === 0) return 'dropped';
    return rule.seen++ % rule.keepOneIn === 0 ? 'keep' : 'sampled_out';
  }
}
