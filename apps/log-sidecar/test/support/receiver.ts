import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { closeServer } from '@shop/lifecycle';

/** How the receiver treats the next request. */
export type Treatment = (response: ServerResponse, request: IncomingMessage) => void;

export const status =
  (code: number, headers: Record<string, string> = {}): Treatment =>
  (response) =>
    void response.writeHead(code, headers).end();

/** An HTTP sink: keeps what it has accepted. It treats the requests as given, in turn; the last treatment repeats. */
export class Receiver implements AsyncDisposable {
  readonly bodies: string[] = [];
  readonly contentTypes: (string | undefined)[] = [];
  treatments: Treatment[];
  requests = 0;
  readonly #server = createServer((request, response) => this.#receive(request, response));

  constructor(...treatments: readonly Treatment[]) {
    this.treatments = [...treatments];
  }

  async listen(port = 0): Promise<this> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/logs`;
  }

  /** The lines of all bodies that were answered with 200. */
  get lines(): string[] {
    return this.bodies.join('').split('\n').slice(0, -1);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await closeServer(this.#server);
  }

  #receive(request: IncomingMessage, response: ServerResponse): void {
    this.requests++;
    const treatment = this.treatments.length > 1 ? this.treatments.shift() : this.treatments[0];
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (part: string) => (body += part));
    request.on('end', () => {
      treatment?.(response, request);
      if (!response.writableEnded || response.statusCode !== 200) return;
      this.bodies.push(body);
      this.contentTypes.push(request.headers['content-type']);
    });
  }
}
