import { Agent, request } from 'node:http';

const agent = new Agent({ keepAlive: true });

/** Requests the seller of a product from user, with Node's own client and nothing else: no deadline, fallback or trace. */
export function sellerOf(userUrl: string): (id: string) => Promise<{ id: string; name: string | null }> {
  const { hostname: host, port } = new URL(userUrl);
  return (id) =>
    new Promise((resolve, reject) => {
      const options = { host, port, path: `/user/${id}`, agent, headers: { accept: 'application/json' } };
      request(options, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part));
        response.once('error', reject).once('end', () => {
          const { name } =
            response.statusCode === 200 ? (JSON.parse(text) as { name: string }) : { name: null };
          resolve({ id, name });
        });
      })
        .once('error', reject)
        .end();
    });
}
