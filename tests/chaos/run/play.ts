import { setTimeout as delay } from 'node:timers/promises';
import { seededRandom } from '@shop/testing/load';
import type { Cluster } from '../cluster/cluster.ts';
import { Observer } from '../cluster/observer.ts';
import { untilSteady } from '../cluster/state.ts';
import { Restorations, untilWith, type Fault, type Preparation, type Stage } from '../fault.ts';
import { between, isBad, type Evidence } from '../judge/evidence.ts';
import { longestAfterMs } from '../judge/expectations.ts';
import type { Keep } from '../undo/left.ts';
import { judge, type Result } from '../judge/result.ts';
import { Load, type LoadOptions } from '../load/load.ts';
import type { RequestRecord } from '../load/operations.ts';
import type { Pace } from '../load/pace.ts';

export interface Play {
  readonly cluster: Cluster;
  readonly load: Omit<LoadOptions, 'token' | 'perSecond'>;
  readonly pace: Pace;
  /** What a write presents at first, where it must. */
  readonly token: string | undefined;
  readonly short: boolean;
  /** Writes down how what the fault breaks is undone. */
  readonly keep?: Keep;
  /** Aborted when the run is given up: then what was changed is undone, and nothing else happens. */
  readonly signal: AbortSignal;
  /** Reports to the progress display: which phase it is, and the load so far. */
  readonly onPhase: (phase: string, load: Load) => void;
  /** Reports what is noted of this run, as it happens. */
  readonly onNote: (text: string) => void;
}

/**
 * How long there is load before the fault. The first seconds open connections and warm caches: no figure includes them.
 * The others show what is normal, in two windows or more. Where nothing is compared with that and the run is short, they
 * only show that the load is clean.
 */
export function lead(
  { expectations }: Pick<Fault, 'expectations'>,
  short: boolean,
): { readonly warmUpMs: number; readonly beforeMs: number } {
  if (!short) return { warmUpMs: 4_000, beforeMs: 15_000 };
  const isCompared = expectations.some(({ comparesWithBefore }) => comparesWithBefore);
  return isCompared ? { warmUpMs: 4_000, beforeMs: 10_000 } : { warmUpMs: 2_000, beforeMs: 5_000 };
}

/**
 * What is normal is known when a window had no error and no fallback. On a busy machine a request comes too late now and then:
 * so there is another window, three in all. A shop that is never clean is not excused: `judge/expectations.ts`.
 * @param passWindow resolves when a window is over.
 * @returns the last window, in milliseconds since the load began.
 */
export async function cleanWindow(
  load: Pick<Load, 'now' | 'records' | 'settled'>,
  passWindow: () => Promise<unknown>,
): Promise<{ readonly from: number; readonly to: number }> {
  for (let left = 2; ; left -= 1) {
    const from = load.now();
    await passWindow();
    const to = await load.settled();
    const isClean = !between(load.records, from, to).some(isBad);
    if (isClean || left === 0) return { from, to };
  }
}

/**
 * The load goes on until what is awaited has come.
 * @param hasCome judges the requests that were due until then: all of them have ended.
 * @param passTime resolves when it may have come.
 * @param latest when it is not awaited any more, in milliseconds since the load began.
 * @returns until when requests are judged.
 */
export async function untilCome(
  load: Pick<Load, 'settled'>,
  hasCome: (to: number) => boolean,
  passTime: () => Promise<unknown>,
  latest: number,
): Promise<number> {
  for (;;) {
    const to = await load.settled();
    if (to >= latest || hasCome(to)) return to;
    await passTime();
  }
}

const afterMs = { short: 10_000, long: 15_000 };
/** Time between two checks of an awaited expectation. */
const againMs = 5_000;

/**
 * One fault from beginning to end: a steady shop, load, the fault, everything as it was, a steady shop again, the
 * audit.
 * @returns the result, and every request.
 * @throws when the fault could not be injected or undone: then the run says nothing about the shop.
 */
export async function play(
  fault: Fault,
  { cluster, load: options, pace, token: firstToken, short, keep, signal, onPhase, onNote }: Play,
): Promise<{ result: Result; records: readonly RequestRecord[] }> {
  let token = firstToken;
  const load = new Load({ ...options, perSecond: pace.perSecond, token: () => token });
  const restorations = new Restorations(keep);
  const notes: { at: number; text: string }[] = [];
  const wait = (ms: number) => delay(ms, undefined, { signal });
  const { warmUpMs, beforeMs } = lead(fault, short);

  onPhase('waiting for a steady shop', load);
  await untilSteady(cluster, 'quiet', { signal });
  const startedAt = new Date();
  let observer: Observer | undefined;
  try {
    await load.start();
    const seen = (observer = new Observer(cluster, () => load.now()));
    onPhase('before', load);
    const note = (text: string) => {
      notes.push({ at: load.now(), text });
      onNote(text);
    };
    await pace.settle(load, () => wait(warmUpMs), note);
    const before = await cleanWindow(load, () => wait(beforeMs));

    let faultFrom = load.now();
    let faultTo: number | undefined;
    const stage: Stage = {
      cluster,
      random: seededRandom(options.seed),
      short,
      begin: () => (faultFrom = load.now()),
      end: () => (faultTo = load.now()),
      restoring: (what, undo) => restorations.add(what, undo),
      restore: () => restorations.run(),
      signal,
      wait,
      until: untilWith(signal),
      note,
      useToken: (value) => (token = value),
    };
    onPhase('FAULT', load);
    await fault.inject(stage);
    await restorations.run();
    faultTo ??= load.now();
    onPhase('recovering', load);
    await untilSteady(cluster, 'under-load', { signal });
    const steady = load.now();
    const evidenceTo = (to: number, violations: Evidence['violations'] = []): Evidence => ({
      records: load.records,
      events: seen.events,
      transitions: seen.transitions(),
      restarts: seen.restarts(),
      violations,
      times: { from: before.from, beforeTo: before.to, faultFrom, faultTo: faultTo ?? steady, steady, to },
      notes,
    });
    onPhase('after', load);
    await wait(short ? afterMs.short : afterMs.long);
    const awaited = fault.expectations.filter(({ isAwaited }) => isAwaited);
    const to = await untilCome(
      load,
      (until) => awaited.every((one) => one.judge(evidenceTo(until)).holds),
      () => wait(againMs),
      steady + longestAfterMs,
    );
    await load.stop();
    await seen.stop();
    onPhase('auditing the ledger', load);
    const violations = await load.audit();
    await load.clean();
    return { result: judge(fault, startedAt, evidenceTo(to, violations)), records: load.records };
  } catch (error) {
    onPhase('undoing', load);
    const undone = await restorations.run().catch((failure: unknown) => failure);
    await load.stop();
    await observer?.stop();
    await load.clean().catch(() => undefined);
    if (undone instanceof Error)
      throw new AggregateError([error, undone], `${messageOf(error)}\n${undone.message}`, { cause: error });
    throw error;
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Keeps what faults need, for as long as the next one needs it too. */
export class Preparations {
  readonly #cluster: Cluster;
  readonly #signal: AbortSignal;
  readonly #say: (text: string) => void;
  #now: readonly Preparation[] = [];
  readonly #restorations: Restorations;

  constructor(cluster: Cluster, signal: AbortSignal, say: (text: string) => void, keep?: Keep) {
    this.#cluster = cluster;
    this.#restorations = new Restorations(keep);
    this.#signal = signal;
    this.#say = say;
  }

  async for({ needs = [] }: Pick<Fault, 'needs'>): Promise<void> {
    const same = needs.length === this.#now.length && needs.every((need) => this.#now.includes(need));
    if (same) return;
    await this.undo();
    for (const preparation of needs) {
      this.#signal.throwIfAborted();
      this.#say(`preparing: ${preparation.name}`);
      this.#now = [...this.#now, preparation];
      await preparation.prepare({
        cluster: this.#cluster,
        restoring: (what, undo) => this.#restorations.add(what, undo),
        signal: this.#signal,
        until: untilWith(this.#signal),
        note: this.#say,
      });
    }
  }

  /** @throws an AggregateError that names what could not be undone. */
  async undo(): Promise<void> {
    if (this.#now.length > 0) this.#say(`taking back: ${this.#now.map(({ name }) => name).join(', ')}`);
    this.#now = [];
    await this.#restorations.run();
  }
}
