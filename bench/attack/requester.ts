import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import type { Attack } from './attacks.ts';

export interface Requester extends AsyncDisposable {
  /** Resolves with the status when the whole response is there. */
  send(request: Attack): Promise<number>;
}

/** One connection, kept. */
export function requester(url: string): Requester {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    async send({ path, headers = {} }) {
      const sent = request(`${url}${path}`, { agent, headers });
      sent.end();
      const [response] = (await once(sent, 'response')) as [IncomingMessage];
      response.resume();
      await once(response, 'end');
      return response.statusCode ?? 0;
    },
    async [Symbol.asyncDispose]() {
      agent.destroy();
    },
  };
}
