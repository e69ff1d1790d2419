import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { MongoBinary } from 'mongodb-memory-server-core';
import { findProgram, requiresProgram } from './programs.ts';

/** How to install a server where there is none. */
export const HOW_TO_GET_MONGOD =
  'no mongod: install MongoDB 6.0 or later so that it is on the PATH, or name one in MONGOMS_SYSTEM_BINARY, ' +
  'or set MONGOMS_VERSION=8.0.4 to have that version downloaded';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where to get a mongod from: the one of MONGOMS_SYSTEM_BINARY, or of MONGOMS_VERSION, or on the PATH.
 * @returns a function that resolves to its path, and downloads it only for MONGOMS_VERSION; undefined without any.
 */
export function findMongod(env: Environment): (() => Promise<string>) | undefined {
  const named = env['MONGOMS_SYSTEM_BINARY'];
  if (named) return async () => named;
  const version = env['MONGOMS_VERSION'];
  if (version) return () => MongoBinary.getPath({ version });
  const found = findProgram('mongod', env);
  return found === undefined ? undefined : async () => found;
}

/** Whether SHOP_REQUIRE, a list separated by commas, forbids skipping tests that need a mongod. */
export function requiresMongod(env: Environment): boolean {
  return requiresProgram('mongod', env);
}

export interface MongodOptions {
  /** The path of the program. */
  readonly binary: string;
  /** For its data. */
  readonly directory: string;
  readonly port: number;
  /** The file that it logs to. */
  readonly log: string;
  /** With one, members and clients have to authenticate. */
  readonly keyFile?: string;
  /** Additional server parameters, as `NAME=VALUE`. */
  readonly parameters?: readonly string[];
}

/**
 * A mongod on the loopback that is, or may become, a member of the replica set `rs0`. It keeps its directory and port
 * when it is started again.
 */
export class Mongod {
  readonly #binary: string;
  readonly #args: readonly string[];
  #process: ChildProcess | undefined;

  constructor({ binary, directory, port, log, keyFile, parameters = [] }: MongodOptions) {
    this.#binary = binary;
    this.#args = [
      ['--replSet', 'rs0', '--bind_ip', '127.0.0.1', '--port', String(port), '--nounixsocket'],
      ['--dbpath', directory, '--logpath', log, '--logappend'],
      ['--wiredTigerCacheSizeGB', '0.25', '--oplogSize', '64'],
      // As in k8s/base/mongo: 33,000 sessions, its default, take 53 MiB.
      ['--wiredTigerEngineConfigString', 'session_max=2000', '--maxConns', '1000'],
      keyFile === undefined ? [] : ['--keyFile', keyFile],
      ...['diagnosticDataCollectionEnabled=false', ...parameters].map((one) => ['--setParameter', one]),
    ].flat();
  }

  get running(): boolean {
    return this.#process?.exitCode === null && this.#process.signalCode === null;
  }

  start(): void {
    this.#process = spawn(this.#binary, this.#args, { stdio: 'ignore' });
    // A caller that waits for a response notices the end; without a listener the event would end the tests.
    this.#process.on('error', () => undefined);
  }

  /**
   * Resolves when the process has ended. SIGKILL is like a power loss: clients get no notice, and there is no
   * checkpoint.
   */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (!this.#process || !this.running) return;
    const closed = once(this.#process, 'close');
    this.#process.kill(signal);
    await closed;
  }

  /**
   * SIGSTOP is like a stuck disk or a paused virtual machine: connections stay, but nothing responds. SIGCONT
   * continues.
   */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#process?.kill(signal);
  }
}
