import { connect } from 'node:net';

/**
 * For readiness: resolves when at least one supplier accepts a connection. If one is down, the feeds of the others can
 * still be read.
 * @throws when no supplier does; the message names all of them.
 */
export async function checkSources(urls: readonly string[], timeoutMs: number): Promise<void> {
  const origins = [...new Set(urls.map((url) => new URL(url).origin))];
  try {
    await Promise.any(origins.map((origin) => accepts(new URL(origin), timeoutMs)));
  } catch (error) {
    throw new Error(`no supplier can be reached: ${origins.join(', ')}`, { cause: error });
  }
}

function accepts({ protocol, hostname, port }: URL, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: Number(port || (protocol === 'https:' ? 443 : 80)),
      signal: AbortSignal.timeout(timeoutMs),
    });
    socket.once('connect', () => {
      resolve();
      socket.destroy();
    });
    socket.once('error', reject);
  });
}
