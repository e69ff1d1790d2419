/** A recorded scene: NDJSON, one message a line, the whole scene first. */
import { createReadStream, createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { Entity } from './entities.ts';
import type { Message } from './messages.ts';
import type { Scene } from './scene.ts';

/** Writes all that happens in the scene to a file, until it is ended. */
export function record(scene: Scene, file: string): () => Promise<void> {
  const stream = createWriteStream(file);
  stream.on('error', (error) =>
    process.stderr.write(`The recording ${file} cannot be written: ${error.message}\n`),
  );
  const end = scene.subscribe((message) => void stream.write(`${JSON.stringify(message)}\n`));
  return () => {
    end();
    return new Promise((resolve) => void stream.end(() => resolve()));
  };
}

/** The file is not a recording; the message says where. */
export class RecordingError extends Error {
  override readonly name = 'RecordingError';
}

/** @throws {RecordingError} */
export async function readRecording(file: string): Promise<Message[]> {
  const messages: Message[] = [];
  let line = 0;
  try {
    for await (const text of createInterface({ input: createReadStream(file) })) {
      line += 1;
      if (text.trim() === '') continue;
      messages.push(checked(JSON.parse(text)));
    }
  } catch (error) {
    const where = line === 0 ? file : `${file}:${line}`;
    throw new RecordingError(`${where} is not a recording of a board: ${(error as Error).message}`, {
      cause: error,
    });
  }
  if (messages[0]?.type !== 'scene')
    throw new RecordingError(`${file} is not a recording of a board: its first line has to be a whole scene`);
  return messages;
}

function checked(value: unknown): Message {
  const message = value as Partial<Message> | null;
  if (typeof message?.at !== 'number') throw new Error('a line has no time `at`');
  const { type } = message;
  if (type !== 'scene' && type !== 'change' && type !== 'second')
    throw new Error(`unknown type ${String(type)}`);
  return message as Message;
}

/**
 * Plays a recording into the scene at its original speed. Times are shifted to now, so that countdowns still work.
 * @param speed 2: twice as fast. Infinity: at once, with the last message now.
 */
export async function replay(
  messages: readonly Message[],
  scene: Scene,
  { speed = 1, signal }: { readonly speed?: number; readonly signal: AbortSignal },
): Promise<void> {
  const first = messages[0]?.at ?? 0;
  const start = Date.now();
  const moveMs = start - (speed === Infinity ? (messages.at(-1)?.at ?? 0) : first);
  for (const message of messages) {
    const waitMs = start + (message.at - first) / speed - Date.now();
    if (waitMs > 0) await delay(waitMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    scene.apply(moved(message, moveMs));
  }
}

/** The message as if it had been recorded `byMs` later. */
function moved(message: Message, byMs: number): Message {
  const at = message.at + byMs;
  const later = <T extends { readonly at: number }>(one: T): T => ({ ...one, at: one.at + byMs });
  switch (message.type) {
    case 'second':
      return { ...message, at, second: later(message.second) };
    case 'change':
      return {
        ...message,
        at,
        put: message.put.map((one) => movedEntity(one, byMs)),
        events: message.events.map(later),
      };
    case 'scene':
      return {
        ...message,
        at,
        entities: message.entities.map((one) => movedEntity(one, byMs)),
        events: message.events.map(later),
        seconds: message.seconds.map(later),
      };
  }
}

/** The members of an entity that are times. */
const times = ['since', 'nextTrialAt', 'startedAt', 'endedAt'] as const;

function movedEntity(entity: Entity, byMs: number): Entity {
  const moved: Partial<Record<(typeof times)[number], number>> = {};
  for (const key of times) {
    const at = (entity as typeof moved)[key];
    if (at !== undefined) moved[key] = at + byMs;
  }
  return { ...entity, ...moved, ...(entity.kind === 'target' ? { replay: true } : {}) };
}
