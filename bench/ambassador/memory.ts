import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { residentKiB } from '../support/processes.ts';
import { measure } from './measure.ts';
import type { Target } from './targets.ts';

export interface Crowd {
  /** Clients that keep their connection after one request. */
  readonly idle: number;
  /** Clients that request a large body and stop reading at its beginning. */
  readonly slow: number;
}

/** Of one process and its children, after it has done some work. */
export interface Memory {
  readonly name: string;
  readonly baseMiB: number;
  /** More than before, by the number of idle connections. */
  readonly idleKiB: number;
  /** More than before, by the number of slow clients. */
  readonly slowKiB: number;
}

/** A client reads this much of its response before it stops; the header section and more. */
const readBytes = 4096;

/** @throws when a connection ends meanwhile: it would be missing from what is measured. */
export async function measureMemory(target: Target, { idle, slow }: Crowd): Promise<Memory> {
  const { name, url, pid = 0 } = target;
  // A heap that has never been used grows with anything.
  await measure(target, { connections: 32, seconds: 2 });
  const base = await settled(pid);
  const withIdle = await withClients(idle, url, async () => settled(pid));
  const before = await settled(pid);
  const withSlow = await withClients(slow, `${url}?large`, async () => settled(pid));
  return {
    name,
    baseMiB: base / 1024,
    idleKiB: (withIdle - base) / idle,
    slowKiB: (withSlow - before) / slow,
  };
}

/** The least of some readings in a row: a collection of garbage is not what is measured. */
async function settled(pid: number): Promise<number> {
  let least = Infinity;
  for (let reading = 0; reading < 8; reading += 1) {
    await delay(250);
    least = Math.min(least, residentKiB(pid));
  }
  return least;
}

async function withClients<T>(count: number, url: string, work: () => Promise<T>): Promise<T> {
  const sockets: Socket[] = [];
  let closed = 0;
  try {
    while (sockets.length < count) {
      const some = await Promise.all(
        Array.from({ length: Math.min(25, count - sockets.length) }, () => client(url)),
      );
      for (const socket of some) socket.once('close', () => (closed += 1));
      sockets.push(...some);
    }
    const result = await work();
    if (closed > 0) throw new Error(`${url}: ${closed} of ${count} connections have ended`);
    return result;
  } finally {
    for (const socket of sockets) socket.destroy();
  }
}

/** Sends one request and reads the beginning of its response; a short one is then complete. */
async function client(url: string): Promise<Socket> {
  const { hostname, port, pathname, search, host } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(`GET ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  const enough = search === '' ? 1 : readBytes;
  while (socket.bytesRead < enough) await once(socket, 'data');
  // A short response may come in two pieces; a client that has stopped reading would not notice the end of its connection.
  if (search !== '') socket.pause();
  return socket;
}
