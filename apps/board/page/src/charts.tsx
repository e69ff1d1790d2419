/** Requests and latencies over the last minute and a half, with what happened as marks on the same axis. */
import uPlot from 'uplot';
import { useContext, useEffect, useRef } from 'preact/hooks';
import type { SceneEvent, Second } from '../../src/scene/entities.ts';
import { eventText, faultTitles, markOf, toneOfEvent } from './events.tsx';
import type { Theme } from './header.tsx';
import { importanceOf, marksOf } from './marks.ts';
import { ShownContext } from './shown.ts';
import type { Texts } from './texts.ts';
import { clock, milliseconds, type Tone } from './view.ts';

interface Props {
  readonly seconds: readonly Second[];
  readonly summary: string;
  readonly t: Texts;
  readonly theme: Theme;
}

const windowSeconds = 90;
const heights = { requests: 150, latency: 104 };
const axisWidth = 52;
/** Of the latencies' axis, milliseconds. */
const decades = [1, 10, 100, 1_000, 10_000];
/** Height of a tick in pixels. */
const tickHeight = 6;

/** What the drawing needs, changed without making the charts again. */
interface Latest {
  now: number;
  seconds: readonly Second[];
  events: readonly SceneEvent[];
  t: Texts;
  titles: ReadonlyMap<string, string>;
}

export function Charts({ seconds, summary, t, theme }: Props) {
  const shown = useContext(ShownContext);
  const holder = useRef<HTMLDivElement>(null);
  const charts = useRef<{ update: (seconds: readonly Second[]) => void; destroy: () => void }>(undefined);
  const latest = useRef<Latest>({ now: Date.now() / 1_000, seconds, events: [], t, titles: new Map() });
  // Events are drawn with the seconds, and not one by one.
  latest.current.events = shown.scene.events;
  latest.current.seconds = seconds;
  latest.current.t = t;
  latest.current.titles = faultTitles(shown.scene);

  useEffect(() => {
    const element = holder.current;
    if (!element) return;
    const make = () => {
      charts.current?.destroy();
      charts.current = makeCharts(element, latest.current);
      charts.current.update(latest.current.seconds);
    };
    make();
    const dark = matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', make);
    const observer = new ResizeObserver(make);
    observer.observe(element);
    return () => {
      dark.removeEventListener('change', make);
      observer.disconnect();
      charts.current?.destroy();
    };
  }, [theme, t]);
  useEffect(() => charts.current?.update(seconds), [seconds]);

  return (
    <div role="img" aria-label={summary} class="charts">
      <div ref={holder} />
    </div>
  );
}

const colourNames = [
  'surface',
  'line',
  'muted',
  'live',
  'live-ink',
  'fallback',
  'fallback-ink',
  'failed',
  'failed-ink',
  'p50',
  'p99',
] as const;
type ColourName = (typeof colourNames)[number];

const inkOf: Readonly<Record<Tone, ColourName>> = {
  good: 'live-ink',
  changed: 'fallback-ink',
  bad: 'failed-ink',
  unknown: 'muted',
};

/** A canvas does not know `light-dark()`: the colours as they are now, of an element that has them. */
function coloursOf(parent: HTMLElement): Readonly<Record<ColourName, string>> {
  const probe = parent.appendChild(document.createElement('i'));
  const entries = colourNames.map((name) => {
    probe.style.color = `var(--${name})`;
    return [name, getComputedStyle(probe).color];
  });
  probe.remove();
  return Object.fromEntries(entries) as Record<ColourName, string>;
}

function makeCharts(element: HTMLElement, latest: Latest) {
  const style = getComputedStyle(element);
  const colours = coloursOf(element);
  const colour = (name: ColourName): string => colours[name];
  const font = `11px ${style.fontFamily}`;
  const width = element.clientWidth;
  const axis = { stroke: colour('muted'), font, ticks: { show: false } };
  const grid = { stroke: colour('line'), width: 1 };
  const x: uPlot.Scale = { time: true, range: () => [latest.now - windowSeconds, latest.now] };
  const timeAxis: uPlot.Axis = {
    ...axis,
    grid: { show: false },
    space: 90,
    size: 24,
    values: (_, splits) => splits.map((split) => clock(split * 1_000)),
  };
  const bars = (name: 'live' | 'fallback' | 'failed', pattern: string | CanvasPattern): uPlot.Series => ({
    label: name,
    fill: () => pattern,
    stroke: colour(name),
    width: 0,
    paths: uPlot.paths.bars?.({ size: [0.86, 40], align: 1 }) as uPlot.Series.PathBuilder,
    points: { show: false },
  });
  const marksHook = (withText: boolean) => (plot: uPlot) => drawMarks(plot, latest, colour, font, withText);
  const common = {
    width,
    legend: { show: false },
    cursor: { show: false },
    padding: [14, 26, 0, 0] as uPlot.Padding,
  };
  const requests = new uPlot(
    {
      ...common,
      height: heights.requests,
      scales: { x, y: { range: (_plot, _min, max) => [0, Math.max(5, (max || 0) * 1.15)] } },
      axes: [
        { ...timeAxis, values: () => [], size: 10 },
        { ...axis, grid, size: axisWidth, space: 34, incrs: [1, 2, 5, 10, 20, 50, 100] },
      ],
      series: [
        {},
        bars('failed', colour('failed')),
        bars('fallback', hatched(colour('fallback'), colour('surface'))),
        bars('live', colour('live')),
      ],
      hooks: { draw: [marksHook(true)] },
    },
    [[], [], [], []],
    element,
  );
  const line = (name: 'p50' | 'p99', dash?: number[]): uPlot.Series => ({
    label: name,
    stroke: colour(name),
    width: 1.6,
    points: { show: false },
    ...(dash === undefined ? {} : { dash }),
  });
  const latency = new uPlot(
    {
      ...common,
      height: heights.latency,
      scales: {
        x,
        y: {
          // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- uPlot's types have an enum that its code lacks
          distr: 3,
          log: 10,
          range: (_plot, min, max) => [
            Math.min(1, min || 1),
            10 ** Math.max(2, Math.ceil(Math.log10((max || 1) * 1.05))),
          ],
        },
      },
      axes: [
        timeAxis,
        {
          ...axis,
          grid,
          size: axisWidth,
          space: 22,
          splits: () => decades,
          filter: (_, splits) => splits,
          values: (_, splits) => splits.map((split) => milliseconds(split, latest.t.locale)),
        },
      ],
      series: [{}, line('p99', [5, 3]), line('p50')],
      hooks: { draw: [marksHook(false)] },
    },
    [[], [], []],
    element,
  );
  return {
    update(all: readonly Second[]) {
      const seconds = all.slice(-windowSeconds - 2);
      latest.now = (seconds.at(-1)?.at ?? Date.now()) / 1_000 + 1;
      const xs = seconds.map(({ at }) => at / 1_000);
      requests.setData([
        xs,
        // Only where there is something to see: the edges of hidden bars would shine through.
        seconds.map(({ live, fallback, failed }) => (failed === 0 ? null : live + fallback + failed)),
        seconds.map(({ live, fallback }) => (fallback === 0 ? null : live + fallback)),
        seconds.map(({ live }) => live),
      ]);
      latency.setData([xs, seconds.map(({ p99 }) => p99 ?? null), seconds.map(({ p50 }) => p50 ?? null)]);
    },
    destroy() {
      requests.destroy();
      latency.destroy();
    },
  };
}

/** Diagonal lines: a fallback and a live response differ without colour, too. */
function hatched(colour: string, background: string): string | CanvasPattern {
  const tile = document.createElement('canvas');
  const ratio = devicePixelRatio || 1;
  const size = Math.round(6 * ratio);
  tile.width = tile.height = size;
  const context = tile.getContext('2d');
  if (!context) return colour;
  context.fillStyle = background;
  context.fillRect(0, 0, size, size);
  context.strokeStyle = colour;
  context.lineWidth = size * 0.42;
  context.beginPath();
  for (const shift of [-size, 0, size]) {
    context.moveTo(shift - 1, size + 1);
    context.lineTo(shift + size + 1, -1);
  }
  context.stroke();
  return context.createPattern(tile, 'repeat') ?? colour;
}

function drawMarks(
  plot: uPlot,
  { events, now, t, titles }: Latest,
  colour: (name: ColourName) => string,
  font: string,
  withText: boolean,
): void {
  const { ctx: context, bbox } = plot;
  const ratio = devicePixelRatio || 1;
  const msPerPx = (windowSeconds * 1_000 * ratio) / bbox.width;
  const marks = marksOf(events, msPerPx)
    .filter(({ event: { at } }) => at >= (now - windowSeconds) * 1_000 && at <= now * 1_000)
    .filter(({ size }) => withText || size === 'line')
    .map((mark) => ({
      ...mark,
      x: Math.round(plot.valToPos(mark.event.at / 1_000, 'x', true)),
      ink: colour(inkOf[toneOfEvent[mark.event.type]]),
    }));
  context.save();
  context.globalAlpha = 0.55;
  context.lineWidth = ratio;
  for (const { x, ink, size } of marks) {
    context.strokeStyle = ink;
    context.setLineDash(size === 'line' ? [3 * ratio, 3 * ratio] : []);
    context.beginPath();
    context.moveTo(x, bbox.top);
    context.lineTo(x, bbox.top + (size === 'line' ? bbox.height : tickHeight * ratio));
    context.stroke();
  }
  context.globalAlpha = 1;
  context.font = font.replace('11px', `${11 * ratio}px`);
  // uPlot leaves that of its axes.
  context.textAlign = 'left';
  context.textBaseline = 'top';
  const taken: (readonly [from: number, to: number])[] = [];
  const lines = withText ? marks.filter(({ size }) => size === 'line') : [];
  for (const { event, others, x, ink } of lines.sort(
    (a, b) => importanceOf(b.event) - importanceOf(a.event),
  )) {
    const more = others === 0 ? '' : ` +${others}`;
    const text = `${markOf(event.type)} ${eventText(event, t, titles)}${more}`;
    const width = context.measureText(text).width;
    const gap = 4 * ratio;
    // Behind the mark, or before it where there is more room.
    const from = [x + gap, x - gap - width].find(
      (start) =>
        start >= bbox.left &&
        start + width <= bbox.left + bbox.width &&
        taken.every(([left, right]) => start > right + 3 * gap || start + width < left - 3 * gap),
    );
    if (from === undefined) continue;
    taken.push([from, from + width]);
    context.fillStyle = ink;
    context.fillText(text, from, bbox.top - 12 * ratio);
  }
  context.restore();
}
