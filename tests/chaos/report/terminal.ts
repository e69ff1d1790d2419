/** What a run prints: its progress, and the table at its end. */
import { markOf, table } from '@shop/testing/report';
import type { Result } from '../judge/result.ts';
import type { Load } from '../load/load.ts';
import type { RequestRecord } from '../load/operations.ts';

/** `12 ms`, `1.2 s`. */
export function duration(ms: number): string {
  return ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** Rounded down: 99.99 % is never shown as 100 %. */
export function percent(share: number): string {
  return share === 1 ? '100 %' : `${(Math.floor(share * 10_000) / 100).toFixed(2)} %`;
}

const columns: readonly (readonly [head: string, cell: (result: Result) => string])[] = [
  ['', ({ verdict }) => markOf(verdict)],
  ['fault', ({ name }) => name],
  ['available', ({ figures }) => percent(figures.during.availability)],
  ['failed', ({ figures }) => `${figures.during.failed}/${figures.during.requests}`],
  ['fallbacks', ({ figures }) => String(figures.during.fallbacks)],
  ['p50/p99/max before', ({ figures }) => latency(figures.before.latency)],
  ['during', ({ figures }) => latency(figures.during.latency)],
  ['after', ({ figures }) => latency(figures.after.latency)],
  ['noticed', ({ detectMs }) => (detectMs === undefined ? '-' : duration(detectMs))],
  ['restored', ({ recoverMs }) => duration(recoverMs)],
];

const latency = ({ p50Ms, p99Ms, maxMs }: { p50Ms: number; p99Ms: number; maxMs: number }): string =>
  [p50Ms, p99Ms, maxMs].map((ms) => ms.toFixed(0)).join('/');

/** One line a fault, and below the table what did not hold. Latencies are in milliseconds. */
export function summary(results: readonly Result[]): string {
  const rows = results.map((result) => columns.map(([, cell]) => cell(result)));
  const failures = results.flatMap(({ name, findings }) =>
    findings
      .filter(({ holds }) => !holds)
      .map(({ text, found }) => `  ${name}: it should be that ${text}; found: ${found}`),
  );
  return [
    table([columns.map(([head]) => head), ...rows], { rightFrom: 2 }),
    ...(failures.length === 0 ? [] : ['', 'What did not hold:', ...failures]),
  ].join('\n');
}

/** Live progress: one line that is overwritten on a terminal, and a line for each phase elsewhere. */
export class Progress implements Disposable {
  readonly #out: NodeJS.WriteStream;
  readonly #live: boolean;
  #timer: NodeJS.Timeout | undefined;
  #title = '';
  #phase = '';
  #phaseFrom = performance.now();
  #load: Load | undefined;

  constructor(out: NodeJS.WriteStream = process.stderr) {
    this.#out = out;
    this.#live = out.isTTY;
    if (this.#live) this.#timer = setInterval(() => this.#draw(), 250);
  }

  /** Another fault begins. */
  begin(title: string): void {
    this.say('');
    this.#title = title;
    this.#load = undefined;
    this.say(title);
  }

  phase(phase: string, load: Load): void {
    this.#finishPhase();
    [this.#phase, this.#load, this.#phaseFrom] = [phase, load, performance.now()];
    if (this.#live) this.#draw();
    else this.#line(`  ${phase} …`);
  }

  /** A line within a phase, which goes on. */
  note(text: string): void {
    this.#line(`    ${text}`);
  }

  /** A separate line. */
  say(text: string): void {
    this.#finishPhase();
    this.#phase = '';
    this.#line(text);
  }

  [Symbol.dispose](): void {
    this.#finishPhase();
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #finishPhase(): void {
    if (this.#phase === '') return;
    const seconds = ((performance.now() - this.#phaseFrom) / 1000).toFixed(1);
    this.#line(`  ${this.#phase}: ${seconds} s${this.#counts()}`);
  }

  #draw(): void {
    if (this.#phase === '') return;
    const seconds = ((performance.now() - this.#phaseFrom) / 1000).toFixed(0);
    const text = `  ${this.#title.split(':')[0] ?? ''} · ${this.#phase} ${seconds} s${this.#counts()}`;
    this.#out.write(`\r\u001B[K${text.slice(0, (this.#out.columns || 80) - 1)}`);
  }

  #line(text: string): void {
    this.#out.write(this.#live ? `\r\u001B[K${text}\n` : `${text}\n`);
  }

  #counts(): string {
    const records = this.#load?.records ?? [];
    if (records.length === 0) return '';
    const count = (outcome: RequestRecord['outcome']) =>
      records.filter((record) => record.outcome === outcome).length;
    return ` · ${records.length} requests, ${count('failed')} failed, ${count('fallback')} fallbacks`;
  }
}
