import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Starts to listen. @returns the port, which the system chose where 0 was asked for. @throws `EADDRINUSE`. */
export async function listen(server: Server, host: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
}

/** For `main.ts`: what `listening` resolves to, or exit code 1 with one line on stderr when the address cannot be had. */
export async function orExit<T>(what: string, listening: Promise<T>): Promise<T> {
  try {
    return await listening;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === 'EADDRINUSE' ? 'the port is taken' : message;
    process.stderr.write(`ambassador cannot start, ${what}: ${reason}\n`);
    process.exit(1);
  }
}
