/** The texts that every language has. */
import type { ProblemTexts } from '../../../src/problems/problem.ts';
import type { EventType, LessonRun, UnitState, Verdict, Workload } from '../../../src/scene/entities.ts';

export type Language = 'en' | 'ko';

export interface Texts {
  readonly locale: string;
  readonly problems: ProblemTexts;
  readonly title: string;
  readonly platform: Readonly<Record<'laptop' | 'kind', string>>;
  readonly nav: { readonly label: string; readonly shop: string; readonly lessons: string };
  readonly language: string;
  readonly theme: Readonly<Record<'label' | 'auto' | 'light' | 'dark', string>>;
  readonly skip: string;
  readonly targetState: Readonly<Record<'connecting' | 'live' | 'lost' | 'replay', string>>;
  readonly connection: { readonly lost: string; readonly refused: string };
  readonly headline: {
    readonly connecting: string;
    readonly lost: string;
    readonly works: string;
    readonly worksNoTraffic: string;
    readonly recovering: string;
    fails(all: boolean): string;
    fallback(): string;
    down(names: readonly string[]): string;
    readonly noTrafficHint: string;
    worksDetail(perSecond: number, p50: string | undefined): string;
    notReady(names: readonly string[]): string;
    breakerOpen(from: string, to: string): string;
    readonly nothingFails: string;
    failing(share: string): string;
  };
  readonly picture: {
    readonly title: string;
    readonly where: string;
    readonly thisMachine: string;
    readonly clients: string;
    readonly roles: Readonly<Record<'entry' | 'service' | 'store', string>>;
    perSecond(count: number): string;
    readonly noTraffic: string;
    readyOf(ready: number, wanted: number): string;
    readonly sidecar: string;
    restarts(count: number): string;
    readonly primary: string;
    readonly secondary: string;
    readonly nodeReady: string;
    readonly nodeLost: string;
    readonly cordoned: string;
    readonly controlPlane: string;
    zone(name: string): string;
    readonly unplaced: string;
    readonly empty: string;
    pods(count: number): string;
    process(pid: string): string;
    readonly volume: string;
    updated(updated: number, wanted: number): string;
  };
  readonly unitState: Readonly<Record<UnitState, string>>;
  readonly workload: Readonly<Record<Workload['state'], string>>;
  readonly breaker: {
    readonly state: Readonly<Record<'closed' | 'open' | 'half-open', string>>;
    readonly hint: Readonly<Record<'closed' | 'open' | 'half-open', string>>;
    label(from: string, to: string, state: string): string;
    nextTrial(seconds: number): string;
    counts(requests: number, failures: number): string;
    rejects(count: number): string;
    some(open: number, all: number): string;
    readonly missing: string;
  };
  readonly traffic: {
    readonly title: string;
    readonly on: string;
    readonly rate: string;
    perSecond(count: number): string;
    readonly live: string;
    readonly fallback: string;
    readonly failed: string;
    readonly availability: string;
    readonly since: string;
    readonly p50: string;
    readonly p99: string;
    readonly none: string;
    failure(why: string): string;
    summary(live: number, fallback: number, failed: number): string;
    readonly now: string;
  };
  readonly faults: {
    readonly title: string;
    readonly hint: string;
    readonly start: string;
    readonly undo: string;
    readonly state: Readonly<Record<'starting' | 'active' | 'undoing' | 'recovering' | 'failed', string>>;
    activeFor(seconds: number): string;
    /** From when to when, and how long. */
    lasted(from: string, to: string, seconds: number): string;
    readonly mustHold: string;
    readonly verdict: Readonly<Record<Verdict['kind'], string>>;
    readonly why: Readonly<Record<NonNullable<Verdict['why']>, string>>;
    /** A criterion, and what was found for it, from the catalogue's English. */
    criterion(text: string): string;
    found(text: string): string;
    readonly holds: string;
    readonly fails: string;
    readonly notYet: string;
    readonly expected: string;
    outcome(live: number, fallback: number, failed: number): string;
    readonly names: Readonly<Record<string, { readonly title: string; readonly clientSees: string }>>;
    readonly none: string;
  };
  readonly events: { readonly title: string; readonly none: string };
  readonly event: Readonly<Record<EventType, (subject: string, detail: string) => string>>;
  readonly request: {
    readonly title: string;
    readonly hint: string;
    readonly send: string;
    readonly sending: string;
    readonly client: string;
    readonly notReached: string;
    readonly noLines: string;
    readonly lines: string;
    readonly trace: string;
    outcome(outcome: 'live' | 'fallback' | 'failed', status: number): string;
    reason(reason: string): string;
    readonly failed: string;
    readonly columns: { readonly program: string; readonly time: string; readonly what: string };
    called(service: string, why: string): string;
    answered(status: number): string;
    /** The number of the attempt; the second one is a retry. */
    attempt(number: number): string;
    breaker(state: string): string;
    fallback(why: string): string;
  };
  readonly lessons: {
    readonly title: string;
    readonly choose: string;
    readonly readOnly: string;
    readonly expected: string;
    readonly cleanup: string;
    readonly step: string;
    readonly none: string;
    readonly next: string;
    readonly previous: string;
    readonly touches: Readonly<Record<'nothing' | 'namespace' | 'shop' | 'nodes', string>>;
    readonly action: Readonly<Record<'run' | 'step' | 'next' | 'break' | 'reset', string>>;
    readonly state: Readonly<Record<'running' | 'waiting' | 'undoing', (step: number) => string>>;
    readonly verdict: Readonly<Record<NonNullable<LessonRun['verdict']>, string>>;
    printed(seconds: number): string;
    /** What the lessons' runner says, in English. */
    problem(text: string): string;
  };
}
