/** What runs where: a lane for each node, a card for each pod. */
import type { Place, Unit } from '../../src/scene/entities.ts';
import { ofKind, type SceneState } from '../../src/scene/messages.ts';
import { StateIcon } from './icons.tsx';
import type { Texts } from './texts.ts';

interface Props {
  readonly scene: SceneState;
  readonly t: Texts;
}

/** More pods than this on all nodes are drawn as small tiles. */
const roomForCards = 60;

export function Places({ scene, t }: Props) {
  const places = ofKind(scene, 'place').sort(
    (a, b) =>
      Number(a.controlPlane ?? false) - Number(b.controlPlane ?? false) || a.name.localeCompare(b.name),
  );
  const units = ofKind(scene, 'unit').sort(
    (a, b) => a.app.localeCompare(b.app) || a.name.localeCompare(b.name),
  );
  const small = units.length > roomForCards;
  const homeless = units.filter(({ place }) => !places.some(({ id }) => id === place));
  return (
    <section class="panel">
      <h2>{t.picture.where}</h2>
      <div class="places">
        {places.map((place) => (
          <PlaceView
            key={place.id}
            {...{ place, small, t }}
            units={units.filter((unit) => unit.place === place.id)}
          />
        ))}
        {places.length === 0 ? <p class="muted">{t.picture.empty}</p> : undefined}
        {homeless.length === 0 ? undefined : (
          <div class="place unplaced">
            <h3>{t.picture.unplaced}</h3>
            <Units units={homeless} small={small} t={t} />
          </div>
        )}
      </div>
      <Controllers scene={scene} t={t} />
    </section>
  );
}

/** What keeps pods, how many of them, and what is stored. */
function Controllers({ scene, t }: Props) {
  const workloads = ofKind(scene, 'workload').sort((a, b) => a.id.localeCompare(b.id));
  const volumes = ofKind(scene, 'volume').sort((a, b) => a.name.localeCompare(b.name));
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
  readonly units: readonly Unit[];
  readonly small: boolean;
  readonly t: Texts;
}

function PlaceView({ place, units, small, t }: PlaceProps) {
  const { name, zone, ready, cordoned, taints, controlPlane } = place;
  return (
    <div class={`place ${ready ? '' : 'lost'} ${cordoned ? 'cordoned' : ''}`}>
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

function Units({
  units,
  small,
  t,
}: {
  readonly units: readonly Unit[];
  readonly small: boolean;
  readonly t: Texts;
}) {
  return small ? (
    <ul class="tiles">
      {units.map((unit) => (
        <Tile key={unit.id} unit={unit} t={t} />
      ))}
    </ul>
  ) : (
    <ul class="cards">
      {units.map((unit) => (
        <Card key={unit.id} unit={unit} t={t} />
      ))}
    </ul>
  );
}

interface UnitProps {
  readonly unit: Unit;
  readonly t: Texts;
}

/** Not memoised: an element that is kept keeps the whole tree in which it was made (measured by bench/board.ts). */
const Tile = ({ unit, t }: UnitProps) => (
  <li class={`tile ${unit.state}`} title={unit.name}>
    <StateIcon state={unit.state} />
    <span>{unit.name}</span>
    {unit.state === 'ready' ? undefined : <em>{unit.reason ?? t.unitState[unit.state]}</em>}
  </li>
);

function Card({ unit, t }: UnitProps) {
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
