import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { controlSocket, type ControlReply, type ControlRequest } from './control-protocol.ts';

/** No supervisor listens for this data directory. */
export class NotRunningError extends Error {
  override readonly name = 'NotRunningError';
}

/** The supervisor understood, and did not do it; the message is its own. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
}

/** @throws {NotRunningError} {RefusedError} */
export async function askSupervisor(
  dataDir: string,
  request: ControlRequest,
): Promise<ControlReply & { ok: true }> {
  const socket = connect(controlSocket(dataDir));
  socket.end(`${JSON.stringify(request)}\n`);
  let answer: string;
  try {
    answer = await text(socket);
  } catch (error) {
    const message = `No shop is running with the data in ${dataDir} (${(error as Error).message}). Start it: npm start`;
    throw new NotRunningError(message, { cause: error });
  }
  if (answer === '') throw new NotRunningError(`The shop with the data in ${dataDir} has just stopped.`);
  const reply = JSON.parse(answer) as ControlReply;
  if (!reply.ok) throw new RefusedError(reply.error);
  return reply;
}
