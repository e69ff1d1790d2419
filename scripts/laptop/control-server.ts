import { existsSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { askSupervisor, NoAnswerError } from './control-client.ts';
import {
  controlSocket,
  longestRequest,
  shortPath,
  type ControlReply,
  type ControlRequest,
  type WatchRequest,
} from './control-protocol.ts';
import { dataDirError, lockDataDir } from './data-dir.ts';

/** Another supervisor serves the same data directory. */
export class AlreadyRunningError extends Error {
  override readonly name = 'AlreadyRunningError';
}

export interface ControlServer {
  /** The previous supervisor was killed: its socket still existed. */
  readonly predecessorWasKilled: boolean;
  /** Destroys connections without a complete request at once, and the others when their response takes too long. */
  close(): Promise<void>;
}

export type Handler = (request: ControlRequest) => Promise<ControlReply>;

/** How long a client may take to send its request. */
const requestWithinMs = 5_000;
/** How long responses may take once the server closes. */
const lastRepliesWithinMs = 1_000;

/**
 * Listens for commands, after it has locked the data directory against a second supervisor.
 * @param watch takes over the connection of a watcher; closing the server ends it.
 * @param patienceMs how long another supervisor may take to report its address.
 * @throws {AlreadyRunningError} {DataDirError}
 */
export async function startControlServer(
  dataDir: string,
  handle: Handler,
  patienceMs?: number,
  watch: (watcher: Socket) => void = (watcher) => watcher.destroy(),
): Promise<ControlServer> {
  const lock = lockDataDir(dataDir);
  if (lock === undefined) throw await alreadyRunning(dataDir, patienceMs);
  try {
    const path = controlSocket(dataDir);
    const predecessorWasKilled = existsSync(path);
    if (predecessorWasKilled) rmSync(path, { force: true });
    const connections = new Connections(handle, watch);
    // The client half-closes after its line; the response follows.
    const server = createServer({ allowHalfOpen: true }, (socket) => connections.add(socket));
    using short = shortPath(path);
    await listen(server, short.path);
    return {
      predecessorWasKilled,
      async close() {
        const closed = new Promise((resolve) => void server.close(resolve));
        await connections.end();
        await closed;
        // The server removes the socket by its first path, which may no longer exist.
        rmSync(path, { force: true });
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw dataDirError(dataDir, error);
  }
}

/** The open connections, and which of them wait for their response. */
class Connections {
  readonly #open = new Set<Socket>();
  readonly #answering = new Set<Socket>();
  readonly #handle: Handler;
  readonly #watch: (watcher: Socket) => void;

  constructor(handle: Handler, watch: (watcher: Socket) => void) {
    this.#handle = handle;
    this.#watch = watch;
  }

  add(socket: Socket): void {
    this.#open.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => {
      this.#open.delete(socket);
      this.#answering.delete(socket);
    });
    this.#serve(socket).catch(() => socket.destroy());
  }

  async end(): Promise<void> {
    for (const socket of this.#open) if (!this.#answering.has(socket)) socket.destroy();
    const deadline = AbortSignal.timeout(lastRepliesWithinMs);
    while (this.#open.size > 0 && !deadline.aborted) await delay(10);
    for (const socket of this.#open) socket.destroy();
  }

  async #serve(socket: Socket): Promise<void> {
    const request = JSON.parse(await readRequest(socket)) as ControlRequest | WatchRequest;
    if (request.command === 'watch') return this.#watch(socket);
    this.#answering.add(socket);
    const reply = await this.#handle(request).catch((error: unknown): ControlReply => ({
      ok: false,
      error: (error as Error).message,
    }));
    socket.end(`${JSON.stringify(reply)}\n`);
  }
}

/** @throws when the request is too long, or takes too long. */
async function readRequest(socket: Socket): Promise<string> {
  const tooLong = setTimeout(() => socket.destroy(), requestWithinMs);
  try {
    let request = '';
    for await (const chunk of socket.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
      request += chunk as string;
      if (request.length > longestRequest) throw new Error('the request is too long');
    }
    return request;
  } finally {
    clearTimeout(tooLong);
  }
}

const listen = (server: Server, path: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject).listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });

/** Finds out which supervisor has the lock. */
async function alreadyRunning(dataDir: string, patienceMs?: number): Promise<AlreadyRunningError> {
  const second = `run a second one beside it: npm start -- --port 8081 --data-dir .shop/second`;
  try {
    const { status } = await askSupervisor(dataDir, { command: 'status' }, patienceMs);
    return new AlreadyRunningError(
      `The shop is running already, at ${status.url}, with the data in ${dataDir}.\n` +
        `Stop it (Ctrl-C in its terminal), or ${second}`,
    );
  } catch (error) {
    const reason = error instanceof NoAnswerError ? error.message : `It is just starting or ending.`;
    return new AlreadyRunningError(
      `Another shop has the data directory ${dataDir}. ${reason}\nEnd it, or ${second}`,
      { cause: error },
    );
  }
}
