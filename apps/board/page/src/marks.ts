/** Which events the charts mark, and how: no more than a person can read, however many happen. */
import type { EventType, SceneEvent } from '../../src/scene/entities.ts';

export interface Mark {
  /** The most important one of those that the mark stands for. */
  readonly event: SceneEvent;
  /** How many others it stands for. */
  readonly others: number;
  /** `line`: over all of the chart, with a text where there is room. `tick`: a short one. */
  readonly size: 'line' | 'tick';
}

/** Those nearer to one another are one mark. */
const nearPx = 6;
/** So wide is a text, more or less. */
const textPx = 150;
/** Of more marks than these under one text, only the most important are lines. */
const linesPerText = 3;
/** Those of faults, breakers, nodes and the target are lines among any number of others. */
const alwaysLine = 4;

/** What a person has to see first: what was done, then what it did to requests, then to pods. */
const importance: Readonly<Record<EventType, number>> = {
  'fault-started': 5,
  'fault-ended': 5,
  'fault-left': 5,
  'breaker-open': 4,
  'breaker-closed': 4,
  'target-lost': 4,
  'target-live': 4,
  'place-lost': 4,
  'place-ready': 4,
  primary: 3,
  'place-cordoned': 3,
  'place-uncordoned': 3,
  rollout: 3,
  'rollout-done': 3,
  scaled: 3,
  'unit-stopping': 2,
  'unit-restarted': 2,
  'unit-not-ready': 2,
  'unit-created': 1,
  'unit-ready': 1,
  'unit-gone': 1,
};

export const importanceOf = ({ type }: SceneEvent): number => importance[type];

/**
 * Events are gathered by times that do not depend on now, so a mark stays what it is while the chart moves.
 * @param events oldest first.
 * @param msPerPx of the chart.
 * @returns oldest first.
 */
export function marksOf(events: readonly SceneEvent[], msPerPx: number): readonly Mark[] {
  const gathered = inSpans(events, ({ at }) => at, nearPx * msPerPx).map((near) => {
    const event = mostImportant(near, importanceOf);
    return { event, others: near.length - 1 };
  });
  return inSpans(gathered, ({ event }) => event.at, textPx * msPerPx).flatMap((span) => {
    const first = mostImportant(span, ({ event }) => importanceOf(event));
    return span.map((one): Mark => {
      const isLine = span.length <= linesPerText || one === first || importanceOf(one.event) >= alwaysLine;
      return { ...one, size: isLine ? 'line' : 'tick' };
    });
  });
}

/** The first of those that are equally important. */
const mostImportant = <T>(all: readonly T[], of: (one: T) => number): T =>
  all.reduce((best, one) => (of(one) > of(best) ? one : best));

/** Those of each span of time that has any. */
function inSpans<T>(all: readonly T[], atOf: (one: T) => number, spanMs: number): readonly T[][] {
  const spans = new Map<number, T[]>();
  for (const one of all) {
    const span = Math.floor(atOf(one) / spanMs);
    const there = spans.get(span);
    if (there) there.push(one);
    else spans.set(span, [one]);
  }
  return [...spans.values()];
}
