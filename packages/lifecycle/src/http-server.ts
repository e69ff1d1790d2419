import type { Server } from 'node:http';

/** Resolves once the server has stopped listening and every connection has ended. */
const closed = (server: Server): Promise<void> =>
  new Promise((resolve, reject) => {
    server.close((error) =>
      error && (error as NodeJS.ErrnoException).code !== 'ERR_SERVER_NOT_RUNNING' ? reject(error) : resolve(),
    );
  });

/**
 * Runs `close` (the server's own or a framework's) while it ends keep-alive connections as they fall idle.
 * A framework's close alone waits for the client to drop them, which takes seconds; cutting all of them would
 * reset unfinished responses.
 */
export async function closeGracefully(
  server: Server,
  close: () => Promise<unknown> = () => closed(server),
): Promise<void> {
  const sweep = setInterval(() => server.closeIdleConnections(), 100);
  try {
    await close();
  } finally {
    clearInterval(sweep);
  }
}

/** Ends a server at once, connections included: for what only probes and tests talk to. */
export async function closeServer(server: Server): Promise<void> {
  const done = closed(server);
  server.closeAllConnections();
  await done;
}
