import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import {
  controlSocket,
  shortPath,
  type ControlReply,
  type ControlRequest,
  type Notice,
  type WatchRequest,
} from './control-protocol.ts';
import { splitLines } from './lines.ts';

/** No supervisor listens for this data directory. */
export class NotRunningError extends Error {
  override readonly name = 'NotRunningError';
  readonly reason: string;

  constructor(dataDir: string, reason: string, options?: ErrorOptions) {
    super(`No shop is running with the data in ${dataDir} (${reason}). Start it: npm start`, options);
    this.reason = reason;
  }
}

/** A supervisor listens but does not respond. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
}

/** The supervisor refused the command; the message comes from it. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
}

/** The time-outs allow for a program's longest end and start. */
const withinMs = { status: 10_000, logs: 10_000, kill: 10_000, scale: 60_000 };

/**
 * @param patienceMs longest time until the response is complete.
 * @throws {NotRunningError} {NoAnswerError} {RefusedError}
 */
export async function askSupervisor(
  dataDir: string,
  request: ControlRequest,
  patienceMs: number = withinMs[request.command],
): Promise<ControlReply & { ok: true }> {
  const signal = AbortSignal.timeout(patienceMs);
  let answer: string;
  try {
    const socket = await connectTo(controlSocket(dataDir), signal);
    socket.end(`${JSON.stringify(request)}\n`);
    answer = await text(socket);
  } catch (error) {
    if (signal.aborted)
      throw new NoAnswerError(
        `The shop with the data in ${dataDir} does not answer within ${patienceMs / 1000} s. Its process may be stopped ` +
          `(Ctrl-Z in its terminal; then fg), or overloaded.`,
        { cause: error },
      );
    throw new NotRunningError(dataDir, (error as Error).message, { cause: error });
  }
  if (answer === '') throw new NotRunningError(dataDir, 'it has just stopped');
  const reply = JSON.parse(answer) as ControlReply;
  if (!reply.ok) throw new RefusedError(reply.error);
  return reply;
}

async function connectTo(address: string, signal: AbortSignal): Promise<Socket> {
  using short = shortPath(address);
  const socket = connect({ path: short.path, signal });
  await once(socket, 'connect');
  return socket;
}

/**
 * Calls `onNotice` with the present state, and then with each change, until the signal is aborted or the supervisor
 * ends.
 * @throws {NotRunningError} when it ends or there is none.
 */
export async function watchSupervisor(
  dataDir: string,
  onNotice: (notice: Notice) => void,
  signal: AbortSignal,
): Promise<void> {
  let socket: Socket;
  try {
    socket = await connectTo(controlSocket(dataDir), signal);
  } catch (error) {
    if (signal.aborted) return;
    throw new NotRunningError(dataDir, (error as Error).message, { cause: error });
  }
  socket.end(`${JSON.stringify({ command: 'watch' } satisfies WatchRequest)}\n`);
  splitLines(
    socket,
    (line) => onNotice(JSON.parse(line) as Notice),
    () => undefined,
  );
  let reason = 'it has ended';
  socket.on('error', (error) => (reason = error.message));
  await new Promise<void>((resolve) => void socket.once('close', resolve));
  if (signal.aborted) return;
  throw new NotRunningError(dataDir, reason);
}
