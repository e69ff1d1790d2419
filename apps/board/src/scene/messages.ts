/** What the server sends to the page, and what a recording contains: one message a line. */
import { keyOf, type Entity, type SceneEvent, type Second } from './entities.ts';

export type Message =
  /** The whole scene: the first message to each page, and of each recording. */
  | {
      readonly type: 'scene';
      readonly at: number;
      readonly entities: readonly Entity[];
      readonly events: readonly SceneEvent[];
      readonly seconds: readonly Second[];
    }
  | {
      readonly type: 'change';
      readonly at: number;
      readonly put: readonly Entity[];
      /** Keys of entities that are gone. */
      readonly drop: readonly string[];
      readonly events: readonly SceneEvent[];
    }
  | { readonly type: 'second'; readonly at: number; readonly second: Second };

/** A scene as the page keeps it. */
export interface SceneState {
  /** When the last message was sent; milliseconds since 1970. */
  readonly at: number;
  readonly entities: ReadonlyMap<string, Entity>;
  /** Oldest first. */
  readonly events: readonly SceneEvent[];
  readonly seconds: readonly Second[];
}

export const emptyScene: SceneState = { at: 0, entities: new Map(), events: [], seconds: [] };

const rememberedEvents = 200;
/** Ten minutes. */
const rememberedSeconds = 600;

const lastOf = <T>(list: readonly T[], added: readonly T[], count: number): readonly T[] =>
  added.length === 0 ? list : [...list, ...added].slice(-count);

export function applyMessage(state: SceneState, message: Message): SceneState {
  switch (message.type) {
    case 'scene': {
      const entities = new Map(message.entities.map((entity) => [keyOf(entity), entity]));
      return { at: message.at, entities, events: message.events, seconds: message.seconds };
    }
    case 'change': {
      const entities = new Map(state.entities);
      for (const key of message.drop) entities.delete(key);
      for (const entity of message.put) entities.set(keyOf(entity), entity);
      const events = lastOf(state.events, message.events, rememberedEvents);
      return { ...state, at: message.at, entities, events };
    }
    case 'second':
      return {
        ...state,
        at: message.at,
        seconds: lastOf(state.seconds, [message.second], rememberedSeconds),
      };
  }
}

/** Every entity of a kind, in the order in which they were added. */
export function ofKind<K extends Entity['kind']>(
  { entities }: Pick<SceneState, 'entities'>,
  kind: K,
): Extract<Entity, { kind: K }>[] {
  return [...entities.values()].filter(
    (entity): entity is Extract<Entity, { kind: K }> => entity.kind === kind,
  );
}
