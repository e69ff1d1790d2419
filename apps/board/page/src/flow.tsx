/** The way of a request, from clients to databases, with the breakers on the lines that they guard. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Link, Service, Unit } from '../../src/scene/entities.ts';
import { ofKind } from '../../src/scene/messages.ts';
import { useNow, useResize } from './hooks.ts';
import { BreakerIcon, StateIcon } from './icons.tsx';
import { pathsOf, type Box, type Line, type LinePath } from './line-paths.ts';
import type { Shown } from './connection.ts';
import { sameList, sameLists, useShown } from './shown.ts';
import type { Texts } from './texts.ts';
import { guardOf, type Guard } from './view.ts';

/** All but the units, which change most. */
function pickFlow({ scene }: Shown) {
  const services = ofKind(scene, 'service');
  const links = ofKind(scene, 'link');
  const breakers = ofKind(scene, 'breaker');
  const middle = new Set(services.flatMap(({ role, id }) => (role === 'service' ? [id] : [])));
  const missing = links.filter(
    ({ from, to }) =>
      middle.has(from) &&
      middle.has(to) &&
      !breakers.some((one) => one.from === from && one.to === to) &&
      lacksAmbassador(ofKind(scene, 'unit'), from),
  );
  return { services, links, breakers, missing };
}

export function Flow({ t }: { readonly t: Texts }) {
  const { services, links, breakers, missing } = useShown(pickFlow, sameLists);
  const by = (role: Service['role']) => services.filter((service) => service.role === role);
  const middle = by('service');
  const guards = links.flatMap(({ from, to }) => guardOf(breakers, from, to) ?? []);
  const station = (service: Service) => <Station key={service.id} service={service} t={t} />;
  return (
    <section class="panel flow-panel">
      <h2>{t.picture.title}</h2>
      <div class="flow">
        <Lines links={links} services={services} guards={guards} />
        <div class="column">
          <Clients t={t} />
        </div>
        <div class="column">{by('entry').map(station)}</div>
        <div class="column services">
          {middle.map((service, index) => (
            <>
              {index === 0 ? undefined : (
                <div class="guards" key="guards">
                  {guards.map((guard) => (
                    <GuardView key={`${guard.from}-${guard.to}`} guard={guard} t={t} />
                  ))}
                  {missing.map(({ from, to }) => (
                    <div key={`${from}-${to}`} class="guard missing" data-guard={`${from} ${to}`}>
                      <p class="head">
                        <StateIcon state="stopped" />
                        <strong>{t.breaker.missing}</strong>
                      </p>
                      <p class="muted">
                        {from} → {to}
                      </p>
                    </div>
                  ))}
                </div>
              )}
              {station(service)}
            </>
          ))}
        </div>
        <div class="column stores">{by('store').map(station)}</div>
      </div>
    </section>
  );
}

/** Its pods have an ambassador, and none of these runs. */
function lacksAmbassador(units: readonly Unit[], app: string): boolean {
  const ambassadors = units
    .filter((unit) => unit.app === app)
    .flatMap(({ parts }) => parts.filter(({ name }) => name === 'ambassador'));
  return ambassadors.length > 0 && ambassadors.every(({ state }) => state !== 'ready');
}

function Clients({ t }: { readonly t: Texts }) {
  const perSecond = useShown(({ scene }) => {
    const [traffic] = ofKind(scene, 'traffic');
    return traffic?.on ? traffic.perSecond : 0;
  });
  return (
    <div class="station clients" data-station="clients">
      <strong>{t.picture.clients}</strong>
      <span class="muted">{perSecond > 0 ? t.picture.perSecond(perSecond) : t.picture.noTraffic}</span>
    </div>
  );
}

/** More than this are a number. */
const shownUnits = 12;

function Station({ service, t }: { readonly service: Service; readonly t: Texts }) {
  const { id, name, role, technology, ready, wanted } = service;
  const states = useShown(
    ({ scene }) =>
      ofKind(scene, 'unit')
        .filter(({ app }) => app === id)
        .slice(0, shownUnits)
        .map((unit) => unit.state),
    sameList,
  );
  const state = wanted === 0 || ready === 0 ? 'down' : ready < wanted ? 'short' : 'up';
  return (
    <div class={`station ${role} ${state}`} data-station={id}>
      <span class="name">
        <strong>{name}</strong>
        <span class="muted">{technology ?? t.picture.roles[role]}</span>
      </span>
      <span class="ready">
        {role === 'store' && states.length === 0 ? undefined : (
          <>
            {states.map((one, index) => (
              <StateIcon key={index} state={one} />
            ))}
            {t.picture.readyOf(ready, wanted)}
          </>
        )}
      </span>
    </div>
  );
}

function GuardView({ guard, t }: { readonly guard: Guard; readonly t: Texts }) {
  const { from, to, state, nextTrialAt, counts, open, all } = guard;
  const now = useNow(500, nextTrialAt !== undefined);
  const seconds = nextTrialAt === undefined ? 0 : Math.max(0, Math.ceil((nextTrialAt - now) / 1_000));
  const word = t.breaker.state[state];
  return (
    <div class={`guard ${state}`} data-guard={`${from} ${to}`}>
      <p class="head">
        <BreakerIcon state={state} />
        <strong>
          <span class="visually-hidden">{t.breaker.label(from, to, '')} </span>
          {word}
          {open > 0 && open < all ? <small> {t.breaker.some(open, all)}</small> : undefined}
        </strong>
      </p>
      <p class="muted">
        {from} → {to}
      </p>
      <p class="muted">
        {state === 'open'
          ? seconds > 0
            ? t.breaker.nextTrial(seconds)
            : t.breaker.hint.open
          : state === 'half-open'
            ? t.breaker.hint['half-open']
            : t.breaker.counts(counts.fires, counts.failures)}
      </p>
    </div>
  );
}

interface LinesProps {
  readonly links: readonly Link[];
  readonly services: readonly Service[];
  readonly guards: readonly Guard[];
}

/** Drawn behind the stations, from where these are: the same picture in one column or in four. */
function Lines({ links, services, guards }: LinesProps) {
  const svg = useRef<SVGSVGElement>(null);
  const parent = useRef<HTMLElement>(null);
  const [paths, setPaths] = useState<readonly LinePath[]>([]);
  const entries = services.filter(({ role }) => role === 'entry').map(({ id }) => id);
  const lines = [
    ...entries.map((to): Line => ({ from: 'clients', to, side: 'left' })),
    ...links.map(({ from, to }): Line => ({ from, to, side: entries.includes(from) ? 'left' : 'right' })),
  ];
  const shape = JSON.stringify([lines, guards.map(({ from, to }) => [from, to])]);

  const draw = () => {
    const container = svg.current?.parentElement;
    if (!container) return;
    const origin = container.getBoundingClientRect();
    const boxes = (attribute: string): Map<string, Box> =>
      new Map(
        [...container.querySelectorAll<HTMLElement>(`[data-${attribute}]`)].map((element) => {
          const { left, top, right, bottom } = element.getBoundingClientRect();
          const box = {
            left: left - origin.left,
            top: top - origin.top,
            right: right - origin.left,
            bottom: bottom - origin.top,
          };
          return [element.dataset[attribute] ?? '', box];
        }),
      );
    setPaths(pathsOf(lines, boxes('station'), boxes('guard')));
  };
  useLayoutEffect(() => {
    parent.current = svg.current?.parentElement ?? null;
    draw();
  }, [shape]);
  useResize(parent, shape, draw);

  const isDown = (id: string) =>
    services.some((one) => one.id === id && one.role !== 'store' && one.ready === 0);
  return (
    <svg class="lines" ref={svg} aria-hidden>
      <defs>
        <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
          <path d="M1 1 7 4 1 7" fill="none" stroke="context-stroke" stroke-width="1.4" />
        </marker>
      </defs>
      {paths.map(({ from, to, d }) => {
        const open = guards.some((guard) => guard.from === from && guard.to === to && guard.state === 'open');
        return (
          <path
            key={`${from} ${to}`}
            class={isDown(to) ? 'down' : open ? 'open' : ''}
            d={d}
            marker-end="url(#arrow)"
          />
        );
      })}
    </svg>
  );
}
