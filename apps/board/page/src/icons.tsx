/** States as shapes: none is known by its colour alone. */
import type { BreakerState, UnitState, Verdict } from '../../src/scene/entities.ts';
import type { Tone } from './view.ts';

export const toneOf: Readonly<Record<UnitState, Tone>> = {
  ready: 'good',
  done: 'good',
  starting: 'changed',
  stopping: 'changed',
  pending: 'changed',
  waiting: 'bad',
  failed: 'bad',
  stopped: 'bad',
};

/** Beside its word, or with `label` instead. */
export function StateIcon({ state, label }: { readonly state: UnitState; readonly label?: string }) {
  return (
    <svg class={`icon tone-${toneOf[state]}`} viewBox="0 0 12 12" {...named(label)}>
      {shapes[state]}
    </svg>
  );
}

const named = (label: string | undefined) =>
  label === undefined ? { 'aria-hidden': true as const } : { role: 'img' as const, 'aria-label': label };

const ring = { cx: 6, cy: 6, r: 4.6, fill: 'none', stroke: 'currentColor', 'stroke-width': 1.6 };
const line = {
  fill: 'none',
  stroke: 'currentColor',
  'stroke-width': 1.6,
  'stroke-linecap': 'round',
} as const;

const shapes: Readonly<Record<UnitState, preact.JSX.Element>> = {
  ready: <circle cx="6" cy="6" r="5.2" fill="currentColor" />,
  done: <path d="M2 6.4 4.8 9.2 10 3.4" {...line} />,
  starting: (
    <>
      <circle {...ring} />
      <path d="M6 6V1.4A4.6 4.6 0 0 1 6 10.6Z" fill="currentColor" />
    </>
  ),
  stopping: (
    <>
      <circle {...ring} stroke-dasharray="2.4 2.4" />
    </>
  ),
  pending: (
    <>
      <circle {...ring} />
      <path d="M6 3.6V6l1.8 1.4" {...line} stroke-width="1.3" />
    </>
  ),
  waiting: (
    <>
      <path d="M6 1 11.4 10.8H.6Z" fill="currentColor" />
    </>
  ),
  failed: (
    <>
      <path d="M6 1 11.4 10.8H.6Z" fill="currentColor" />
    </>
  ),
  stopped: <path d="M2.4 2.4 9.6 9.6M9.6 2.4 2.4 9.6" {...line} stroke-width="2" />,
};

const verdictShapes: Readonly<Record<Verdict['kind'], preact.JSX.Element>> = {
  holds: <path d="M2 6.4 4.8 9.2 10 3.4" {...line} />,
  fails: <path d="M2.4 2.4 9.6 9.6M9.6 2.4 2.4 9.6" {...line} />,
  unknown: <circle {...ring} stroke-dasharray="1.6 2" />,
};
const verdictTones = { holds: 'good', fails: 'bad', unknown: 'unknown' } as const;

export function VerdictIcon({ kind, label }: { readonly kind: Verdict['kind']; readonly label: string }) {
  return (
    <svg class={`icon tone-${verdictTones[kind]}`} viewBox="0 0 12 12" {...named(label)}>
      {verdictShapes[kind]}
    </svg>
  );
}

/** A switch, as in a circuit diagram: the lever lies on the contact, stands off, or half-way. */
export function BreakerIcon({ state }: { readonly state: BreakerState }) {
  const lever = state === 'closed' ? 'M9 10h10' : state === 'open' ? 'M9 10 16.6 3.4' : 'M9 10 18.2 6.6';
  return (
    <svg class="switch" viewBox="0 0 28 14" aria-hidden>
      <path d="M1 10h6M21 10h6" {...line} />
      <path d={lever} {...line} stroke-width="2" />
      <circle cx="8" cy="10" r="1.9" fill="currentColor" />
      <circle cx="20" cy="10" r="1.9" fill="currentColor" />
    </svg>
  );
}

export function ToneIcon({ tone }: { readonly tone: Tone }) {
  const mark = {
    good: 'M5 10.4 8.6 14 15 6.8',
    changed: 'M10 5.4v6M10 14.4v.2',
    bad: 'M6.4 6.4l7.2 7.2M13.6 6.4l-7.2 7.2',
    unknown: 'M10 14.4v.2M7.6 7.4a2.5 2.5 0 1 1 3.6 2.3c-.8.4-1.2.9-1.2 1.8',
  }[tone];
  return (
    <svg class={`tone-icon tone-${tone}`} viewBox="0 0 20 20" aria-hidden>
      <circle cx="10" cy="10" r="9.4" fill="currentColor" />
      <path
        d={mark}
        fill="none"
        stroke="var(--surface)"
        stroke-width="2"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}
