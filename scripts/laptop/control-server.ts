import { rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { askSupervisor, NotRunningError } from './control-client.ts';
import { controlSocket, type ControlReply, type ControlRequest } from './control-protocol.ts';

/** Another supervisor serves the same data directory. */
export class AlreadyRunningError extends Error {
  override readonly name = 'AlreadyRunningError';
}

export interface ControlServer {
  /** The supervisor before this one was killed: its socket was still there. */
  readonly predecessorWasKilled: boolean;
  close(): Promise<void>;
}

export type Handler = (request: ControlRequest) => Promise<ControlReply>;

/**
 * Listens for commands; it also is what keeps a second supervisor away from the same databases.
 * @throws {AlreadyRunningError}
 */
export async function startControlServer(dataDir: string, handle: Handler): Promise<ControlServer> {
  const path = controlSocket(dataDir);
  // The client half-closes after its line; the answer goes the other way.
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    serve(socket, handle).catch(() => socket.destroy());
  });
  const predecessorWasKilled = !(await listen(server, path));
  if (predecessorWasKilled) {
    await refuseSecond(dataDir);
    rmSync(path, { force: true });
    if (!(await listen(server, path))) await refuseSecond(dataDir);
  }
  return {
    predecessorWasKilled,
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}

async function serve(socket: Socket, handle: Handler): Promise<void> {
  const request = JSON.parse(await text(socket)) as ControlRequest;
  const reply = await handle(request).catch((error: unknown): ControlReply => ({
    ok: false,
    error: (error as Error).message,
  }));
  socket.end(`${JSON.stringify(reply)}\n`);
}

/** @returns whether it listens now; if not, the socket exists already. */
async function listen(server: Server, path: string): Promise<boolean> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(path, () => {
        server.off('error', reject);
        resolve();
      });
    });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false;
    throw error;
  }
}

async function refuseSecond(dataDir: string): Promise<void> {
  try {
    const reply = await askSupervisor(dataDir, { command: 'status' });
    const url = reply.status.url;
    throw new AlreadyRunningError(
      `The shop is running already, at ${url}, with the data in ${dataDir}.\n` +
        `Stop it (Ctrl-C in its terminal), or run a second one beside it: npm start -- --port 8090 --data-dir .shop/second`,
    );
  } catch (error) {
    if (!(error instanceof NotRunningError)) throw error;
  }
}
