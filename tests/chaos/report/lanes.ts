/** Pods, nodes and breakers, a line each: what they were and when. Those that never changed are left out. */
import type { ClusterEvent } from '../judge/evidence.ts';
import type { Span } from './charts.ts';
import { escape } from './html.ts';

const colour: Readonly<Record<string, string>> = {
  ready: 'good',
  closed: 'good',
  starting: 'wait',
  'half-open': 'half',
  ending: 'half',
  'not-ready': 'bad',
  failed: 'bad',
  open: 'bad',
};

export function lanes(events: readonly ClusterEvent[], { toMs }: Span): string {
  const subjects = new Map<string, ClusterEvent[]>();
  for (const event of events) {
    const key = `${event.kind} ${event.subject}`;
    subjects.set(key, [...(subjects.get(key) ?? []), event]);
  }
  const rows = [...subjects.values()]
    .filter((changes) => changes.length > 1 || (changes[0]?.at ?? 0) > 2_000)
    .map((changes) => lane(changes, toMs));
  return rows.length === 0 ? '' : `<div class="lanes">${rows.join('\n')}</div>`;
}

function lane(changes: readonly ClusterEvent[], toMs: number): string {
  const name = changes[0]?.subject ?? '';
  const parts = changes.map(({ at, state }, index) => {
    const until = changes[index + 1]?.at ?? toMs;
    const kind = colour[state];
    const title = `${state} from ${(at / 1000).toFixed(1)} s`;
    return kind === undefined
      ? ''
      : `<rect class="state-${kind}" x="${at.toFixed(0)}" y="0" width="${Math.max(0, until - at).toFixed(0)}" height="1"><title>${escape(title)}</title></rect>`;
  });
  const story = changes.map(({ at, state }) => `${state} ${(at / 1000).toFixed(1)} s`).join(', ');
  return (
    `<div class="lane"><span title="${escape(story)}">${escape(name)}</span>` +
    `<svg viewBox="0 0 ${toMs.toFixed(0)} 1" preserveAspectRatio="none" role="img" aria-label="${escape(story)}">${parts.join('')}</svg></div>`
  );
}
