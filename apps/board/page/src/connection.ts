/** Receives what the server sends, and shows it a few times a second at most. */
import { applyMessage, emptyScene, type Message, type SceneState } from '../../src/scene/messages.ts';

/** `open` since the first scene has come: before it the page has nothing to show. */
export type ConnectionState = 'connecting' | 'open' | 'lost' | 'refused';

/** Time between two drawings: in a rollout of hundreds of pods, a person could not see more. */
const drawEveryMs = 150;
/** Pause before the page checks whether it still has access. */
const retryMs = 2_000;

/**
 * What the page shows: the scene, and whether it is connected. Its listeners are called when it changes, in a frame of the
 * browser. Each part of the page picks what it shows (`useShown`), and is drawn again when that has changed.
 */
export class Shown {
  state: ConnectionState = 'connecting';
  scene: SceneState = emptyScene;
  readonly #listeners = new Set<() => void>();

  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  show(state: ConnectionState, scene: SceneState): void {
    this.state = state;
    this.scene = scene;
    for (const listener of this.#listeners) listener();
  }
}

/** Follows the server. @returns a function that ends it. */
export function connect(shown: Shown): () => void {
  let { state, scene } = shown;
  let drawing = false;
  let drawnAt = -Infinity;
  let drawTimer = 0;
  let retryTimer = 0;
  let source: EventSource | undefined;

  function draw(): void {
    drawing = false;
    drawnAt = performance.now();
    shown.show(state, scene);
  }
  function changed(): void {
    if (drawing) return;
    drawing = true;
    const waitMs = Math.max(0, drawnAt + drawEveryMs - performance.now());
    drawTimer = window.setTimeout(() => requestAnimationFrame(draw), waitMs);
  }
  function become(next: ConnectionState): void {
    state = next;
    changed();
  }
  function open(): void {
    source = new EventSource('/api/events');
    source.addEventListener('message', ({ data }: MessageEvent<string>) => {
      scene = applyMessage(scene, JSON.parse(data) as Message);
      become('open');
    });
    source.addEventListener('error', () => {
      source?.close();
      if (state !== 'refused') become('lost');
      retryTimer = window.setTimeout(() => void retry(), retryMs);
    });
  }
  /** EventSource does not report why it failed: perhaps the board was restarted, which changes the cookie. */
  async function retry(): Promise<void> {
    const response = await fetch('/', { method: 'HEAD' }).catch(() => undefined);
    if (response?.status === 401) become('refused');
    open();
  }
  open();
  return () => {
    source?.close();
    clearTimeout(retryTimer);
    clearTimeout(drawTimer);
  };
}
