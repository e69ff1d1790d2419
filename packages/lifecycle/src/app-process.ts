import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from '@shop/logging';
import type { Registry } from '@prometheus-io/client';
import { startAdminServer, type AdminRoutes, type AdminServer } from './admin-server.ts';
import { installCrashHandlers } from './crash.ts';
import { Lifecycle } from './lifecycle.ts';
import { createRegistry } from './metrics.ts';
import { shutdownOnSignals } from './shutdown.ts';

/** What every app is built on. `main.ts` takes it from the process, and each test makes its own. */
export interface AppDependencies {
  readonly logger: Logger;
  readonly lifecycle: Lifecycle;
  readonly registry: Registry;
}

/**
 * The process of an app, from its start to its end: what the `main.ts` of every app has in common. A `main.ts` reads
 * from top to bottom: configuration, AppProcess, admin port, the app itself, its port, `endOnSignals`, `started`.
 */
export class AppProcess implements AppDependencies {
  readonly logger: Logger;
  readonly lifecycle = new Lifecycle();
  readonly registry: Registry;
  #admin: AdminServer | undefined;

  /** From here on, an uncaught error is one line of the log, and exit code 1. */
  constructor(name: string, logger: Logger) {
    this.logger = logger;
    this.registry = createRegistry(name);
    installCrashHandlers(logger);
  }

  /**
   * Opens the port of probes and metrics. Call it first, so that probes get a response from the beginning.
   * @returns the port, which the system chooses for 0.
   */
  async openAdminPort(
    { adminHost: host, adminPort: port }: { readonly adminHost: string; readonly adminPort: number },
    routes?: AdminRoutes,
  ): Promise<number> {
    const { logger, lifecycle, registry } = this;
    this.#admin = await this.listen('ADMIN_PORT', port, () =>
      startAdminServer({ host, port, lifecycle, registry, logger, ...(routes && { routes }) }),
    );
    return this.#admin.port;
  }

  /** Opens the app's own port. @returns the port, which the system chooses for 0. */
  async openPort(
    server: Server,
    { host, port }: { readonly host: string; readonly port: number },
  ): Promise<number> {
    await this.listen('PORT', port, () => {
      return new Promise<void>((resolve, reject) => {
        server.once('error', reject).listen(port, host, () => {
          server.off('error', reject);
          resolve();
        });
      });
    });
    return (server.address() as AddressInfo).port;
  }

  /**
   * Returns the result of `start`. When the port cannot be opened, the operator has to act: one line names the setting,
   * and the exit code is 1.
   * @param setting the name of its environment variable.
   */
  async listen<T>(setting: string, port: number, start: () => Promise<T>): Promise<T> {
    try {
      return await start();
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      const problem = problems[code]?.(port, setting);
      if (problem === undefined) throw error;
      this.logger.fatal({ port, code }, problem);
      process.exit(1);
    }
  }

  /**
   * On SIGTERM or SIGINT the app ends as {@link shutdownOnSignals} says; the admin port is the last to close.
   * @param close stops listening, lets unfinished requests end, then closes what they used.
   */
  endOnSignals(
    times: { readonly drainDelayMs: number; readonly shutdownTimeoutMs: number },
    close: () => Promise<void>,
  ): void {
    const { lifecycle, logger } = this;
    shutdownOnSignals({
      lifecycle,
      logger,
      drainDelayMs: times.drainDelayMs,
      timeoutMs: times.shutdownTimeoutMs,
      close: async () => {
        await close();
        await this.#admin?.close();
      },
    });
  }

  /** The app works: from now on its readiness depends only on the checks. */
  started(message: string, fields: object): void {
    this.lifecycle.started();
    this.logger.info({ ...fields, adminPort: this.#admin?.port }, message);
  }
}

const wrongHost = (_port: number, setting: string): string =>
  `the address to listen on is not one of this machine: set ${setting.replace('PORT', 'HOST')} to another one`;

/** What is wrong, and what to do, when a port cannot be opened, by Node's error code. */
const problems: Readonly<Record<string, (port: number, setting: string) => string>> = {
  EADDRINUSE: (port, setting) => `port ${port} is taken by another process: set ${setting} to another one`,
  EACCES: (port, setting) => `port ${port} may not be used: set ${setting} to another one`,
  EADDRNOTAVAIL: wrongHost,
  ENOTFOUND: wrongHost,
};
