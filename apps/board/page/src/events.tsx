import { useContext } from 'preact/hooks';
import type { EventType, SceneEvent } from '../../src/scene/entities.ts';
import { ofKind, type SceneState } from '../../src/scene/messages.ts';
import { sameList, ShownContext, useShown } from './shown.ts';
import type { Texts } from './texts.ts';
import { clock, type Tone } from './view.ts';

const latestShown = 12;

export const toneOfEvent: Readonly<Record<EventType, Tone>> = {
  'unit-created': 'unknown',
  'unit-ready': 'good',
  'unit-not-ready': 'bad',
  'unit-restarted': 'bad',
  'unit-stopping': 'changed',
  'unit-gone': 'unknown',
  'breaker-open': 'bad',
  'breaker-closed': 'good',
  'place-lost': 'bad',
  'place-ready': 'good',
  'place-cordoned': 'changed',
  'place-uncordoned': 'good',
  primary: 'changed',
  scaled: 'changed',
  rollout: 'changed',
  'rollout-done': 'good',
  'fault-started': 'changed',
  'fault-ended': 'good',
  'fault-left': 'changed',
  'target-lost': 'bad',
  'target-live': 'good',
};

/** @param titles of faults, in English. */
export function eventText(
  { type, subject, detail }: SceneEvent,
  t: Texts,
  titles: ReadonlyMap<string, string>,
): string {
  const name = type.startsWith('fault-')
    ? (t.faults.names[subject]?.title ?? titles.get(subject) ?? subject)
    : subject;
  return t.event[type](name, detail ?? '');
}

const marks: Readonly<Record<Tone, string>> = { good: '●', changed: '◆', bad: '▲', unknown: '○' };
export const markOf = (type: EventType): string => marks[toneOfEvent[type]];

export const faultTitles = (scene: SceneState): ReadonlyMap<string, string> =>
  new Map(ofKind(scene, 'fault').map(({ id, title }) => [id, title]));

export function Events({ t }: { readonly t: Texts }) {
  const latest = useShown(({ scene }) => scene.events.slice(-latestShown).toReversed(), sameList);
  const titles = faultTitles(useContext(ShownContext).scene);
  return (
    <section class="panel events">
      <h2>{t.events.title}</h2>
      {latest.length === 0 ? (
        <p class="muted">{t.events.none}</p>
      ) : (
        // It scrolls where it has less room than it needs.
        <ol tabIndex={0} aria-label={t.events.title}>
          {latest.map((event) => (
            <li key={`${event.at} ${event.type} ${event.subject}`}>
              <time>{clock(event.at)}</time>
              <span class={`mark tone-${toneOfEvent[event.type]}`} aria-hidden>
                {markOf(event.type)}
              </span>
              <span>{eventText(event, t, titles)}</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
