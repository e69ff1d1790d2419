import { useEffect, useState } from 'preact/hooks';
import { ofKind } from '../../src/scene/messages.ts';
import { setTraffic } from './api.ts';
import { Charts } from './charts.tsx';
import type { Theme } from './header.tsx';
import { useShown } from './shown.ts';
import type { Texts } from './texts.ts';
import { countOf, milliseconds, percent, sumOf } from './view.ts';

const shortSeconds = 10;

interface Props {
  readonly t: Texts;
  readonly theme: Theme;
}

function figure(name: string, value: string, swatch: string) {
  return (
    <div>
      <dt>
        <span class={`swatch ${swatch}`} aria-hidden />
        {name}
      </dt>
      <dd>{value}</dd>
    </div>
  );
}

export function Traffic({ t, theme }: Props) {
  const traffic = useShown(({ scene }) => ofKind(scene, 'traffic')[0]);
  const target = useShown(({ scene }) => ofKind(scene, 'target')[0]);
  const seconds = useShown(({ scene }) => scene.seconds);
  const recent = seconds.slice(-shortSeconds);
  const counts = sumOf(recent);
  const all = countOf(counts);
  const worst = (key: 'p50' | 'p99') => {
    const values = recent.flatMap((second) => second[key] ?? []).sort((a, b) => a - b);
    const value = key === 'p50' ? values[values.length >> 1] : values.at(-1);
    return value === undefined ? t.traffic.none : milliseconds(value, t.locale);
  };
  const total = traffic?.total ?? { live: 0, fallback: 0, failed: 0 };
  const share = (count: number) => percent(count, all, t.locale);
  return (
    <section class="panel traffic">
      <div class="panel-head">
        <h2>
          {t.traffic.title} <small>{t.traffic.now}</small>
        </h2>
        {traffic && !target?.replay ? (
          <Controls on={traffic.on} perSecond={traffic.perSecond} max={traffic.maxPerSecond} t={t} />
        ) : undefined}
      </div>
      <dl class="figures">
        {figure(t.traffic.live, share(counts.live), 'live')}
        {figure(t.traffic.fallback, share(counts.fallback), 'fallback')}
        {figure(t.traffic.failed, share(counts.failed), 'failed')}
        {figure(t.traffic.p50, worst('p50'), 'p50')}
        {figure(t.traffic.p99, worst('p99'), 'p99')}
        <div title={t.traffic.since}>
          <dt>{t.traffic.availability}</dt>
          <dd>{percent(total.live + total.fallback, countOf(total), t.locale)}</dd>
        </div>
      </dl>
      {traffic?.failure === undefined ? undefined : (
        <p class="problem">{t.traffic.failure(traffic.failure)}</p>
      )}
      <Charts
        t={t}
        theme={theme}
        seconds={seconds}
        summary={t.traffic.summary(counts.live, counts.fallback, counts.failed)}
      />
    </section>
  );
}

let sent: Promise<unknown> = Promise.resolve();
/** What came of it is seen in the scene. One after the other: the last of several keys has to count. */
function send(on: boolean, perSecond: number): void {
  sent = sent.then(() => setTraffic(on, perSecond)).catch(() => undefined);
}

interface ControlsProps {
  readonly on: boolean;
  readonly perSecond: number;
  readonly max: number;
  readonly t: Texts;
}

function Controls({ on, perSecond, max, t }: ControlsProps) {
  const [rate, setRate] = useState(perSecond);
  useEffect(() => setRate(perSecond), [perSecond]);
  return (
    <div class="controls">
      <label class="switch-label">
        <input
          type="checkbox"
          role="switch"
          checked={on}
          onChange={({ currentTarget }) => send(currentTarget.checked, rate)}
        />
        {t.traffic.on}
      </label>
      <label>
        <span class="visually-hidden">{t.traffic.rate}</span>
        <input
          type="range"
          min={0}
          max={max}
          value={rate}
          aria-valuetext={t.picture.perSecond(rate)}
          onInput={({ currentTarget }) => setRate(Number(currentTarget.value))}
          onChange={({ currentTarget }) => send(on, Number(currentTarget.value))}
        />
        <output>{t.traffic.perSecond(rate)}</output>
      </label>
    </div>
  );
}
