/** What the server sends, as it comes; drawn a few times a second at most. */
import { applyMessage, emptyScene, type Message, type SceneState } from '../../src/scene/messages.ts';

export type ConnectionState = 'connecting' | 'open' | 'lost' | 'refused';

export interface Connection {
  readonly state: ConnectionState;
  readonly scene: SceneState;
}

export const firstConnection: Connection = { state: 'connecting', scene: emptyScene };

/** From one drawing to the next: in a rollout of hundreds of pods, a person sees no more than this. */
const drawEveryMs = 150;
/** Until the page itself checks whether it still has access. */
const retryMs = 2_000;

/** Follows the server. @returns what ends that. */
export function connect(onChange: (connection: Connection) => void): () => void {
  let connection = firstConnection;
  let drawing = 0;
  let drawnAt = -Infinity;
  let timer = 0;
  let source: EventSource | undefined;

  const set = (change: Partial<Connection>) => {
    connection = { ...connection, ...change };
    drawing ||= window.setTimeout(
      () => {
        drawing = 0;
        drawnAt = performance.now();
        onChange(connection);
      },
      Math.max(0, drawnAt + drawEveryMs - performance.now()),
    );
  };
  function open(): void {
    source = new EventSource('/api/events');
    source.addEventListener('open', () => set({ state: 'open' }));
    source.addEventListener('message', ({ data }: MessageEvent<string>) =>
      set({ scene: applyMessage(connection.scene, JSON.parse(data) as Message) }),
    );
    source.addEventListener('error', () => {
      source?.close();
      if (connection.state !== 'refused') set({ state: 'lost' });
      timer = window.setTimeout(() => void retry(), retryMs);
    });
  }
  /** EventSource does not say why it failed: another start of the board has another cookie. */
  async function retry(): Promise<void> {
    const response = await fetch('/', { method: 'HEAD' }).catch(() => undefined);
    if (response?.status === 401) set({ state: 'refused' });
    open();
  }
  open();
  return () => {
    source?.close();
    clearTimeout(timer);
    clearTimeout(drawing);
  };
}
