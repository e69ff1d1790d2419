import { once } from 'node:events';
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { connect as connectTls } from 'node:tls';

export interface RawAnswer {
  readonly status: number;
  /** Names in lower case; the last one counts. */
  readonly headers: Readonly<Record<string, string>>;
  /** As received, with its chunk framing. */
  readonly body: string;
}

/** Sends exactly these bytes, which no HTTP client would send, and reads until the server closes. */
export async function rawHttp(url: string, ...bytes: readonly (string | Buffer)[]): Promise<RawAnswer> {
  const { protocol, hostname, port } = new URL(url);
  const socket =
    protocol === 'https:'
      ? connectTls({ host: hostname, port: Number(port || 443), servername: hostname })
      : connect({ host: hostname, port: Number(port || 80) });
  socket.setTimeout(15_000, () =>
    socket.destroy(new Error('the server neither answered nor closed within 15 s')),
  );
  await once(socket, protocol === 'https:' ? 'secureConnect' : 'connect');
  for (const part of bytes) socket.write(part);
  return parse((await buffer(socket)).toString());
}

function parse(text: string): RawAnswer {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [statusLine = '', ...fields] = head.split('\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(statusLine)?.[1]);
  if (!status) throw new Error(`no HTTP response: ${JSON.stringify(text.slice(0, 200))}`);
  const headers = fields.map((field) => {
    const colon = field.indexOf(':');
    return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()];
  });
  return {
    status,
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: rest.join('\r\n\r\n'),
  };
}
