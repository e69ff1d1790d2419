// oxlint-disable no-underscore-dangle -- these are Node's names of two hooks of its streams.
import { Agent, type ClientRequest } from 'node:http';
import { Socket, type NetConnectOpts } from 'node:net';

/** What Node's types leave out. */
interface Internals {
  addRequest(request: ClientRequest, options: object): void;
}

/** Node's agent for requests to one upstream: passes on all header fields, and never hands a dead connection out. */
export class UpstreamAgent extends Agent {
  /** The target of the request that is made next, as the client wrote it. */
  nextTarget = '';

  /** Node calls this for each new connection. */
  override createConnection(options: NetConnectOpts): Socket {
    const socket = new UpstreamSocket(options);
    if (options.timeout !== undefined) socket.setTimeout(options.timeout);
    return socket.connect(options);
  }

  /** Node calls this for each request. */
  addRequest(request: ClientRequest, options: object): void {
    request.path = this.nextTarget;
    // Beyond the default of 1000 Node drops fields of the response in silence; their bytes are bounded all the same.
    request.maxHeadersCount = 0;
    for (const free of Object.values(this.freeSockets)) dropDead(free as Socket[]);
    (Agent.prototype as unknown as Internals).addRequest.call(this, request, options);
  }
}

type Written = (error?: Error | null) => void;

/**
 * A connection whose upstream has closed it is still read: it may have answered before, a 413 in the middle of an upload,
 * and Node would drop that answer with the first write that fails. Behind the answer, or in its place, comes the end of
 * the connection, which fails the request as always.
 */
class UpstreamSocket extends Socket {
  override _write(chunk: Buffer, encoding: BufferEncoding, written: Written): void {
    super._write(chunk, encoding, this.#unlessClosed(written));
  }

  override _writev(chunks: { chunk: Buffer; encoding: BufferEncoding }[], written: Written): void {
    super._writev?.(chunks, this.#unlessClosed(written));
  }

  #unlessClosed(written: Written): Written {
    return (error) => {
      const { code } = (error ?? {}) as NodeJS.ErrnoException;
      const heardLater = (code === 'EPIPE' || code === 'ECONNRESET') && !this.readableEnded;
      written(heardLater ? null : error);
    };
  }
}

/**
 * A connection stays among the free ones for a moment after it was destroyed, as its upstream has ended it or said
 * something unasked, and Node takes the last of them as it is.
 */
function dropDead(free: Socket[]): void {
  while (free.at(-1)?.destroyed) free.pop();
}
