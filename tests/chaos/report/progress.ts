import type { Load } from '../load/load.ts';
import type { RequestRecord } from '../load/record.ts';

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
