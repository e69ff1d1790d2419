import { randomInt } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export const host = '127.0.0.1';

/** The requested port is not available. */
export class PortError extends Error {
  override readonly name = 'PortError';
}

async function listen(port: number, address: string): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen({ port, host: address, exclusive: true }, resolve);
  });
  return server;
}

async function listenBriefly(port: number, address: string): Promise<void> {
  const server = await listen(port, address);
  await close(server);
}

const close = (server: Server) => new Promise<void>((resolve) => void server.close(() => resolve()));

/**
 * Why it is impossible to listen on the port; undefined if it is possible. `localhost` may also be ::1, so that counts,
 * too.
 */
async function obstacle(port: number): Promise<string | undefined> {
  for (const address of [host, '::1']) {
    try {
      await listenBriefly(port, address);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EADDRINUSE') return 'is in use by another program';
      if (code === 'EACCES') return 'may not be used without more privileges';
      if (address === host) throw error;
    }
  }
  return undefined;
}

/**
 * Resolves when it is possible to listen on the front door's port; for 0 it always is.
 * @param patienceMs how long to wait for a port in use: the programs of a killed supervisor may be ending.
 * @throws {PortError} with what to do.
 */
export async function requireFree(port: number, patienceMs = 0): Promise<void> {
  if (port === 0) return;
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const reason = await obstacle(port);
    if (reason === undefined) return;
    if (Date.now() >= deadline)
      throw new PortError(
        `Port ${port} ${reason}${port === 8080 ? ', perhaps by the kind cluster of the shop' : ''}. ` +
          `Free it, or choose another one:\n  npm start -- --port ${port === 8081 ? 8082 : 8081}`,
      );
    await delay(100);
  }
}

/** The wanted ports; one that is 0 or taken is replaced by a free one. */
export async function choosePorts<Name extends string>(
  wanted: Readonly<Record<Name, number>>,
): Promise<Record<Name, number>> {
  const names = Object.keys(wanted) as Name[];
  const chosen = new Set<number>(Object.values<number>(wanted));
  const entries: [Name, number][] = [];
  for (const name of names) {
    const port = wanted[name];
    const usable = port !== 0 && (await obstacle(port)) === undefined;
    entries.push([name, usable ? port : await freePort(chosen)]);
  }
  return Object.fromEntries(entries) as Record<Name, number>;
}

/**
 * Between the ranges of claims and of outgoing connections: such a connection could take the port while its program restarts.
 */
async function freePort(chosen: Set<number>): Promise<number> {
  for (;;) {
    const port = randomInt(25_000, 30_000);
    if (chosen.has(port) || (await obstacle(port)) !== undefined) continue;
    chosen.add(port);
    return port;
  }
}

/**
 * Where shops claim ports by listening: at `usual` for the usual ones of all programs, at the first port of a block for the
 * block's others.
 */
const claims = { usual: 3200, from: 20_000, to: 25_000, size: 20 };

export interface ClaimedPorts<Name extends string> {
  readonly ports: Record<Name, number>;
  /** To be called when nothing listens at the ports any more. */
  release(): Promise<void>;
}

/**
 * Ports that no other shop on this machine gets before they are released, or before this process ends: programs listen at
 * theirs some time after they were found free, and two shops that start at once would find the same ones.
 * @param wanted 0: any. The others are taken if they are free and no other shop has claimed them.
 * @param required of these names the port is kept as it is, and neither another name nor a claim gets it.
 * @throws {PortError} when some 250 shops are running.
 */
export async function claimPorts<Name extends string>(
  wanted: Readonly<Record<Name, number>>,
  required: readonly NoInfer<Name>[] = [],
  at = claims,
): Promise<ClaimedPorts<Name>> {
  const kept = required.map((name) => wanted[name]);
  const usualOnes = kept.includes(at.usual) ? undefined : await claim(at.usual);
  const ports: Record<Name, number> = { ...wanted };
  const names = Object.keys(ports) as Name[];
  for (const name of names) {
    const port = ports[name];
    if (port === 0 || required.includes(name)) continue;
    if (!usualOnes || kept.includes(port) || (await obstacle(port)) !== undefined) ports[name] = 0;
  }
  const missing = names.filter((name) => ports[name] === 0);
  const own = missing.length === 0 ? undefined : await claimBlock(missing.length, kept, at);
  for (const [index, name] of missing.entries()) ports[name] = own?.free[index] as number;
  return {
    ports,
    async release() {
      const claims = [usualOnes, own?.server].filter((server) => server !== undefined);
      await Promise.all(claims.map(close));
    },
  };
}

async function claim(port: number): Promise<Server | undefined> {
  const server = await listen(port, host).catch(() => undefined);
  // The programs keep the process, and not their ports.
  return server?.unref();
}

async function claimBlock(
  count: number,
  kept: readonly number[],
  { from, to, size }: typeof claims,
): Promise<{ readonly server: Server; readonly free: readonly number[] }> {
  for (let first = from; first < to; first += size) {
    const server = kept.some((port) => port >= first && port < first + size) ? undefined : await claim(first);
    if (!server) continue;
    const free: number[] = [];
    for (let port = first + 1; port < first + size && free.length < count; port++)
      if ((await obstacle(port)) === undefined) free.push(port);
    if (free.length === count) return { server, free };
    await close(server);
  }
  throw new PortError(
    `No ports are free from ${from} to ${to}. Shops on this machine have taken them: stop one.`,
  );
}
