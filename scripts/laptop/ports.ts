import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export const host = '127.0.0.1';

/** The requested port is not available. */
export class PortError extends Error {
  override readonly name = 'PortError';
}

async function listenBriefly(port: number, address: string): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen({ port, host: address, exclusive: true }, resolve);
  });
  await new Promise((resolve) => void server.close(resolve));
}

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

/** Chosen below the range of outgoing connections: such a connection could take the port while its program restarts. */
async function freePort(chosen: Set<number>): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 30_000);
    if (chosen.has(port) || (await obstacle(port)) !== undefined) continue;
    chosen.add(port);
    return port;
  }
}
