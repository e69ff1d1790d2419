/** When processes of the laptop's shop are ready: as the supervisor has it, and the board's scene. */
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { Message } from '@shop/board';
import { watchSupervisor } from '../../../laptop/control-client.ts';

/** By process id; milliseconds since 1970. */
export type ReadyTimes = ReadonlyMap<string, number>;

/** The first time counts. */
class Times extends Map<string, number> {
  note(pid: string, at: number): void {
    if (!this.has(pid)) this.set(pid, at);
  }
}

/** @returns what fills as the supervisor gives notice. */
export function readyBySupervisor(dataDir: string, signal: AbortSignal): ReadyTimes {
  const times = new Times();
  const watching = watchSupervisor(
    dataDir,
    (notice) => {
      if (notice.type !== 'status') return;
      for (const { state, pid } of notice.status.programs)
        if (state === 'ready' && pid !== undefined) times.note(String(pid), Date.now());
    },
    signal,
  );
  // It ends with the shop.
  watching.catch(() => undefined);
  return times;
}

/** @param url of the board, with its token. @returns what fills with the times of the scene's own messages. */
export async function readyByScene(url: string, signal: AbortSignal): Promise<ReadyTimes> {
  const times = new Times();
  const entered = await fetch(url, { redirect: 'manual' });
  const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
  const { body } = await fetch(new URL('/api/events', url), { headers: { cookie }, signal });
  if (body === null) throw new Error('the board sends no events');
  const read = async () => {
    for await (const line of createInterface({ input: Readable.fromWeb(body) }))
      if (line.startsWith('data: ')) note(JSON.parse(line.slice('data: '.length)) as Message);
  };
  function note(message: Message): void {
    if (message.type === 'second') return;
    for (const entity of message.type === 'scene' ? message.entities : message.put)
      for (const { state, detail } of entity.kind === 'unit' ? entity.parts : [])
        if (state === 'ready' && detail !== undefined) times.note(detail, message.at);
  }
  read().catch(() => undefined);
  return times;
}
