import { isDeepStrictEqual } from 'node:util';
import { keyOf, type Entity, type SceneEvent, type Second } from './entities.ts';
import { eventsBetween } from './events.ts';
import { applyMessage, emptyScene, type Message, type SceneState } from './messages.ts';

/** Changes within this time become one message, so that a rollout does not send hundreds of them a second. */
const gatherMs = 50;

export type Listener = (message: Message) => void;

/** The one model of the board: sources put entities into it, pages get what changed. */
export class Scene {
  #state: SceneState = emptyScene;
  readonly #listeners = new Set<Listener>();
  readonly #now: () => number;
  #put = new Map<string, Entity>();
  #drop = new Set<string>();
  #events: SceneEvent[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Adds or replaces one entity. An unchanged one is not sent. */
  put(entity: Entity): void {
    const key = keyOf(entity);
    const before = this.#current(key);
    if (isDeepStrictEqual(before, entity)) return;
    if (before || this.#isNews(entity)) this.#note(eventsBetween(before, entity));
    this.#drop.delete(key);
    this.#put.set(key, entity);
    this.#gather();
  }

  drop(key: string): void {
    const before = this.#current(key);
    if (!before) return;
    this.#note(eventsBetween(before, undefined));
    this.#put.delete(key);
    this.#drop.add(key);
    this.#gather();
  }

  get<K extends Entity['kind']>(kind: K, id: string): Extract<Entity, { kind: K }> | undefined {
    return this.#current(`${kind}/${id}`) as Extract<Entity, { kind: K }> | undefined;
  }

  /** Every entity of a kind. */
  all<K extends Entity['kind']>(kind: K): Extract<Entity, { kind: K }>[] {
    this.flush();
    return [...this.#state.entities.values()].filter(
      (entity): entity is Extract<Entity, { kind: K }> => entity.kind === kind,
    );
  }

  /** Makes the entities of a kind exactly these: those that are missing are dropped. */
  replace<K extends Entity['kind']>(kind: K, entities: readonly Extract<Entity, { kind: K }>[]): void {
    const keys = new Set(entities.map((entity) => keyOf(entity)));
    for (const entity of this.all(kind)) if (!keys.has(keyOf(entity))) this.drop(keyOf(entity));
    for (const entity of entities) this.put(entity);
  }

  addSecond(second: Second): void {
    this.#send({ type: 'second', at: this.#now(), second });
  }

  /** Applies a message of a recording, or of another scene. */
  apply(message: Message): void {
    this.#send(message);
  }

  /** Calls the listener with the whole scene, and then with each change. @returns a function that ends it. */
  subscribe(listener: Listener): () => void {
    this.flush();
    const { entities, events, seconds } = this.#state;
    listener({ type: 'scene', at: this.#now(), entities: [...entities.values()], events, seconds });
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Sends the gathered changes. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#put.size === 0 && this.#drop.size === 0) return;
    const message: Message = {
      type: 'change',
      at: this.#now(),
      put: [...this.#put.values()],
      drop: [...this.#drop],
      events: this.#events,
    };
    this.#put = new Map();
    this.#drop = new Set();
    this.#events = [];
    this.#send(message);
  }

  #current(key: string): Entity | undefined {
    if (this.#drop.has(key)) return undefined;
    return this.#put.get(key) ?? this.#state.entities.get(key);
  }

  /** A unit that appears while the shop is watched is an event; those of the first scene are not. */
  #isNews({ kind }: Entity): boolean {
    return kind === 'unit' && this.get('target', 'target')?.state === 'live';
  }

  #note(events: readonly Omit<SceneEvent, 'at'>[]): void {
    const at = this.#now();
    this.#events.push(...events.map((event) => ({ at, ...event })));
  }

  #gather(): void {
    this.#timer ??= setTimeout(() => this.flush(), gatherMs);
  }

  #send(message: Message): void {
    this.#state = applyMessage(this.#state, message);
    for (const listener of this.#listeners) listener(message);
  }
}
