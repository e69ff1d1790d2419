import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { HttpProblem, problemMessage, type ProblemKind } from '@shop/http-errors';
import { closeInStages } from '@shop/lifecycle';
import { isOver, latestOf } from './request.ts';

const kinds: Readonly<Record<string, readonly [ProblemKind, string]>> = {
  HPE_HEADER_OVERFLOW: ['headers-too-large', 'The header fields have more than 16 KiB.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['request-timeout', 'The request did not arrive in time.'],
};

/**
 * How long a refused connection is still read after its last response; short, because this client does not send HTTP.
 */
const linger = { idleMs: 2000, totalMs: 2000 };

/** Node emits the event again for each piece after the first error. */
const refused = new WeakSet<Socket>();

/**
 * Responds to bytes that are not an HTTP request, for the server's `clientError` event. There is no request object,
 * only the socket, on which responses to earlier requests may still be sent. They are completed first, so that a client
 * that sent a valid request gets its response. Then the connection is closed as in RFC 9112, section 9.6: what still
 * arrives is read and dropped for a while, because unread bytes cause a reset, which could destroy the response at the
 * client.
 */
export function refuseMalformed(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET') return void socket.destroy();
  if (refused.has(socket)) return;
  refused.add(socket);
  const latest = latestOf(socket);
  if (latest === undefined || latest.request.complete) {
    // The bytes are not part of an earlier request.
    after(latest?.response, () => close(socket, responseTo(error)));
  } else if (latest.response.headersSent) {
    // The bytes belong to a request whose response has been sent, or is being sent.
    after(latest.response, () => close(socket));
  } else {
    after(latest.before?.response, () => close(socket, responseTo(error)));
  }
}

/** Responses are sent in the order of their requests: after this one, all earlier ones have been sent, too. */
function after(response: ServerResponse | undefined, work: () => void): void {
  if (response === undefined || isOver(response)) work();
  else response.once('close', work);
}

function close(socket: Socket, text = ''): void {
  if (socket.destroyed) return;
  if (socket.writable) socket.write(text);
  closeInStages(socket, linger);
}

function responseTo({ code = '' }: NodeJS.ErrnoException): string {
  const [kind, detail] = kinds[code] ?? ['malformed-request', 'This is not a well-formed HTTP request.'];
  return problemMessage(new HttpProblem(kind, detail));
}
