import type { Server } from 'node:http';

/** Resolves once the server has stopped listening and every connection has ended. */
const closed = (server: Server): Promise<void> =>
  new Promise((resolve, reject) => {
    server.close((error) =>
      error && (error as NodeJS.ErrnoException).code !== 'ERR_SERVER_NOT_RUNNING' ? reject(error) : resolve(),
    );
  });

/**
 * Runs `close` (the server's own or a framework's) and meanwhile ends keep-alive connections as they become idle. A
 * framework's close alone waits until the client closes them, which takes seconds; cutting all of them would reset
 * unfinished responses.
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

/** Ends a server at once, with its connections: for servers that only probes and tests use. */
export async function closeServer(server: Server): Promise<void> {
  const done = closed(server);
  server.closeAllConnections();
  await done;
}
