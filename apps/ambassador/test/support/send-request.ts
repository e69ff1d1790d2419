import { Agent, request, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';

export interface RequestOptions {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Buffer;
  /** A kept connection; without one each request has its own. */
  readonly agent?: Agent;
}
export interface ReceivedResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly trailers: NodeJS.Dict<string>;
  readonly body: string;
}

/**
 * Sends one request, its path exactly as written. @returns the whole response. If a failed test no longer waits for it,
 * its rejection is handled: otherwise it could disturb another test.
 * @throws when the response is cut.
 */
export function sendRequest(
  url: string,
  path: string,
  options: RequestOptions = {},
): Promise<ReceivedResponse> {
  const { method = 'GET', headers = {}, body, agent = false } = options;
  const { hostname, port } = new URL(url);
  const { promise, resolve, reject } = Promise.withResolvers<ReceivedResponse>();
  promise.catch(() => undefined);
  const outgoing = request({ hostname, port, path, method, headers, agent }, (message) => {
    let text = '';
    message.setEncoding('utf8').on('data', (part: string) => (text += part));
    message.on('error', reject).once('end', () =>
      resolve({
        status: message.statusCode as number,
        headers: message.headers,
        rawHeaders: message.rawHeaders,
        trailers: message.trailers,
        body: text,
      }),
    );
  });
  // More than one error can come: of a write, and then of the connection.
  outgoing.on('error', reject).end(body);
  return promise;
}
