import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** A mongod with authentication, on a directory and a port that stay the same when it is started again. */
export class Mongod {
  readonly #binary: string;
  readonly #args: readonly string[];
  #process: ChildProcess | undefined;

  constructor(options: { binary: string; directory: string; port: number; keyFile: string; log: string }) {
    const { binary, directory, port, keyFile, log } = options;
    this.#binary = binary;
    this.#args = [
      ['--replSet', 'rs0', '--keyFile', keyFile],
      ['--bind_ip', '127.0.0.1', '--port', String(port), '--nounixsocket'],
      ['--dbpath', directory, '--logpath', log, '--logappend'],
      ['--wiredTigerCacheSizeGB', '0.25', '--oplogSize', '32'],
      ['--setParameter', 'diagnosticDataCollectionEnabled=false'],
      ['--setParameter', 'shutdownTimeoutMillisForSignaledShutdown=100'],
    ].flat();
  }

  get running(): boolean {
    return this.#process?.exitCode === null && this.#process.signalCode === null;
  }

  start(): void {
    this.#process = spawn(this.#binary, this.#args, { stdio: 'ignore' });
    // Who waits for a response notices its end; without a listener the event would end the tests.
    this.#process.on('error', () => undefined);
  }

  /** SIGKILL is as power loss. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (!this.#process || !this.running) return;
    const closed = once(this.#process, 'close');
    this.#process.kill(signal);
    await closed;
  }
}

export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  const ports = await Promise.all(
    servers.map(async (server) => {
      await once(server, 'listening');
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error('no port');
      return address.port;
    }),
  );
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}
