/** Finds what has happened, by comparing an entity before and now. */
import type { BreakerState, Entity, EventType, SceneEvent, Unit } from './entities.ts';

type Found = Omit<SceneEvent, 'at'>;

const found = (type: EventType, subject: string, detail?: string): Found[] => [
  { type, subject, ...(detail === undefined ? {} : { detail }) },
];

const isOpen = (state: BreakerState): boolean => state !== 'closed';

/**
 * @param before absent when the entity is new. Not called for the entities of the first scene, which are not events.
 * @param after absent when the entity is gone.
 */
export function eventsBetween(before: Entity | undefined, after: Entity | undefined): Found[] {
  const entity = after ?? before;
  switch (entity?.kind) {
    case 'unit':
      return unitEvents(before as Unit | undefined, after as Unit | undefined);
    case 'breaker':
      if (before?.kind !== 'breaker' || after?.kind !== 'breaker') return [];
      // A trial that fails is not an event: the circuit is as open as before.
      if (after.state === 'half-open' || isOpen(before.state) === isOpen(after.state)) return [];
      return found(`breaker-${after.state}`, `${after.from} → ${after.to}`);
    case 'place':
      if (before?.kind !== 'place' || after?.kind !== 'place') return [];
      return [
        ...(before.ready === after.ready
          ? []
          : found(after.ready ? 'place-ready' : 'place-lost', after.name)),
        ...(before.cordoned === after.cordoned
          ? []
          : found(after.cordoned ? 'place-cordoned' : 'place-uncordoned', after.name)),
      ];
    case 'workload': {
      if (before?.kind !== 'workload' || after?.kind !== 'workload' || after.type === 'Job') return [];
      if (after.type === 'HorizontalPodAutoscaler') return [];
      const began = before.updated === undefined && after.updated !== undefined;
      const ended = before.updated !== undefined && after.updated === undefined;
      return [
        ...(before.wanted === after.wanted
          ? []
          : found('scaled', after.name, `${before.wanted} → ${after.wanted}`)),
        ...(began ? found('rollout', after.name) : []),
        ...(ended ? found('rollout-done', after.name) : []),
      ];
    }
    case 'fault': {
      if (before?.kind !== 'fault' || after?.kind !== 'fault' || before.state === after.state) return [];
      if (after.state === 'starting') return found('fault-started', after.id);
      if (after.state === 'recovering') return found('fault-ended', after.id);
      // A board that was killed has left it.
      if (before.state === 'idle' && after.state === 'undoing') return found('fault-left', after.id);
      if (before.state === 'undoing' && after.state === 'idle') return found('fault-ended', after.id);
      return [];
    }
    case 'target':
      if (before?.kind !== 'target' || after?.kind !== 'target' || before.state === after.state) return [];
      if (after.state === 'live') return before.state === 'lost' ? found('target-live', after.name) : [];
      return after.state === 'lost' ? found('target-lost', after.name) : [];
    default:
      return [];
  }
}

function unitEvents(before: Unit | undefined, after: Unit | undefined): Found[] {
  if (after === undefined) return before?.state === 'done' || !before ? [] : found('unit-gone', before.name);
  if (before === undefined) return found('unit-created', after.name);
  const events: Found[] = [];
  if (after.restarts > before.restarts) {
    const part = after.parts.find(
      ({ name, restarts }) => restarts > (before.parts.find((other) => other.name === name)?.restarts ?? 0),
    );
    events.push(...found('unit-restarted', after.name, part?.name));
  }
  if (before.state !== after.state) {
    if (after.state === 'ready') events.push(...found('unit-ready', after.name));
    else if (after.state === 'stopping' || after.state === 'stopped')
      events.push(...(before.state === 'stopping' ? [] : found('unit-stopping', after.name)));
    else if (before.state === 'ready' && after.restarts === before.restarts)
      events.push(...found('unit-not-ready', after.name, after.reason));
  }
  // A role that only has become known is not an election.
  if (after.role === 'primary' && before.role === 'secondary') events.push(...found('primary', after.name));
  return events;
}
