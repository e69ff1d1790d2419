/** What runs where: a lane for each node, a card for each pod. */
import type { Place, Unit } from '../../src/scene/entities.ts';
import { ofKind } from '../../src/scene/messages.ts';
import { StateIcon } from './icons.tsx';
import { sameList, sameLists, useShown } from './shown.ts';
import type { Texts } from './texts.ts';

/** More pods than this on all nodes are drawn as small tiles. */
const roomForCards = 60;

/** Where a unit stands; what it is like its own card picks. */
const standing = ({ place = '', app, name, id }: Unit): string => [place, app, name, id].join('\n');

export function Places({ t }: { readonly t: Texts }) {
  const places = useShown(
    ({ scene }) =>
      ofKind(scene, 'place').sort(
        (a, b) =>
          Number(a.controlPlane ?? false) - Number(b.controlPlane ?? false) || a.name.localeCompare(b.name),
      ),
    sameList,
  );
  const standings = useShown(({ scene }) => ofKind(scene, 'unit').map(standing), sameList);
  const units = standings
    .map((one) => one.split('\n') as [place: string, app: string, name: string, id: string])
    .sort(([, aApp, aName], [, bApp, bName]) => aApp.localeCompare(bApp) || aName.localeCompare(bName));
  const small = units.length > roomForCards;
  const on = (place: string) => units.flatMap(([where, , , id]) => (where === place ? [id] : []));
  const known = new Set(places.map(({ id }) => id));
  const homeless = units.flatMap(([place, , , id]) => (known.has(place) ? [] : [id]));
  return (
    <section class="panel">
      <h2>{t.picture.where}</h2>
      <div class="places">
        {places.map((place) => (
          <PlaceView key={place.id} {...{ place, small, t }} units={on(place.id)} />
        ))}
        {places.length === 0 ? <p class="muted">{t.picture.empty}</p> : undefined}
        {homeless.length === 0 ? undefined : (
          <div class="place unplaced">
            <h3>{t.picture.unplaced}</h3>
            <Units units={homeless} small={small} t={t} />
          </div>
        )}
      </div>
      <Controllers t={t} />
    </section>
  );
}

/** What keeps pods, how many of them, and what is stored. */
function Controllers({ t }: { readonly t: Texts }) {
  const { workloads, volumes } = useShown(
    ({ scene }) => ({
      workloads: ofKind(scene, 'workload').sort((a, b) => a.id.localeCompare(b.id)),
      volumes: ofKind(scene, 'volume').sort((a, b) => a.name.localeCompare(b.name)),
    }),
    sameLists,
  );
  if (workloads.length === 0 && volumes.length === 0) return undefined;
  return (
    <ul class="controllers">
      {workloads.map(({ id, type, name, ready, wanted, updated, state, detail }) => (
        <li key={id} class={state}>
          <StateIcon state={workloadStates[state]} label={t.workload[state]} />
          <span>
            <small class="muted">{type}</small> {name}
          </span>
          <small>
            {ready}/{wanted}
            {updated === undefined ? '' : ` · ${t.picture.updated(updated, wanted)}`}
            {detail === undefined ? '' : ` · ${detail}`}
          </small>
        </li>
      ))}
      {volumes.map(({ id, name, bound, capacity }) => (
        <li key={id}>
          <StateIcon
            state={bound ? 'ready' : 'pending'}
            label={bound ? t.unitState.ready : t.unitState.pending}
          />
          <span>
            <small class="muted">{t.picture.volume}</small> {name}
          </span>
          <small>{capacity}</small>
        </li>
      ))}
    </ul>
  );
}

const workloadStates = { steady: 'ready', changing: 'starting', done: 'done', failed: 'failed' } as const;

interface PlaceProps {
  readonly place: Place;
  /** Their ids. */
  readonly units: readonly string[];
  readonly small: boolean;
  readonly t: Texts;
}

function PlaceView({ place, units, small, t }: PlaceProps) {
  const { name, zone, ready, cordoned, taints, controlPlane } = place;
  return (
    <div
      class={`place ${ready ? '' : 'lost'} ${cordoned ? 'cordoned' : ''} ${units.length > 0 ? '' : 'empty'}`}
    >
      <h3>
        <StateIcon state={ready ? 'ready' : 'failed'} />
        <span>{place.id === 'laptop' ? t.picture.thisMachine : name}</span>
        <small>
          {[
            ready ? t.picture.nodeReady : t.picture.nodeLost,
            ...(zone === undefined ? [] : [t.picture.zone(zone)]),
            ...(controlPlane ? [t.picture.controlPlane] : []),
            ...(cordoned ? [t.picture.cordoned] : []),
            ...(small ? [t.picture.pods(units.length)] : []),
          ].join(' · ')}
        </small>
        {taints.map((taint) => (
          <code key={taint}>{taint}</code>
        ))}
      </h3>
      {units.length === 0 ? (
        <p class="muted">{t.picture.empty}</p>
      ) : (
        <Units units={units} small={small} t={t} />
      )}
    </div>
  );
}

interface UnitsProps {
  readonly units: readonly string[];
  readonly small: boolean;
  readonly t: Texts;
}

function Units({ units, small, t }: UnitsProps) {
  const One = small ? Tile : Card;
  return (
    <ul class={small ? 'tiles' : 'cards'}>
      {units.map((id) => (
        <One key={id} id={id} t={t} />
      ))}
    </ul>
  );
}

interface UnitProps {
  readonly id: string;
  readonly t: Texts;
}

/** The unit, and nothing once it is gone. */
const useUnit = (id: string): Unit | undefined =>
  useShown(({ scene }) => scene.entities.get(`unit/${id}`) as Unit | undefined);

function Tile({ id, t }: UnitProps) {
  const unit = useUnit(id);
  if (!unit) return undefined;
  const { name, state, reason } = unit;
  return (
    <li class={`tile ${state}`} title={name}>
      <StateIcon state={state} />
      <span>{name}</span>
      {state === 'ready' ? undefined : <em>{reason ?? t.unitState[state]}</em>}
    </li>
  );
}

function Card({ id, t }: UnitProps) {
  const unit = useUnit(id);
  if (!unit) return undefined;
  const { name, app, state, reason, parts, role, owner } = unit;
  const rest = name.startsWith(`${app}-`) ? name.slice(app.length) : '';
  return (
    <li class={`card ${state}`}>
      <p class="card-head">
        <StateIcon state={state} />
        <strong>{rest === '' ? name : app}</strong>
        {rest === '' ? undefined : <span class="rest">{rest}</span>}
        {role === undefined ? undefined : <span class={`role ${role}`}>{t.picture[role]}</span>}
      </p>
      <p class="card-state">
        {reason ?? t.unitState[state]}
        {owner === undefined ? undefined : <span class="muted"> · {owner}</span>}
      </p>
      <ul class="parts">
        {parts.map((part) => (
          <li key={part.name} class={part.state}>
            <StateIcon state={part.state} label={t.unitState[part.state]} />
            <span>{part.name}</span>
            {part.sidecar ? <small class="tag">{t.picture.sidecar}</small> : undefined}
            {part.restarts > 0 ? (
              <small class="restarts">{t.picture.restarts(part.restarts)}</small>
            ) : undefined}
            {part.detail === undefined ? undefined : (
              <small class="detail">
                {/^\d+$/.test(part.detail) ? t.picture.process(part.detail) : part.detail}
              </small>
            )}
          </li>
        ))}
      </ul>
    </li>
  );
}
