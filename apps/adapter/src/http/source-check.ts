import { connect } from 'node:net';

/**
 * For readiness: resolves when any supplier accepts a connection. One that is down must not keep the others' feeds from
 * being read.
 * @throws when none does, naming all of them.
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
