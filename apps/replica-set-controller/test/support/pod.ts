import { mkdir, rm } from 'node:fs/promises';
import { createLogger } from '@shop/logging';
import { Registry } from '@prometheus-io/client';
import { createController } from '../../src/app.ts';
import type { ControllerConfig } from '../../src/config.ts';
import type { Controller } from '../../src/controller.ts';
import { Member } from '../../src/mongo/member.ts';
import { Passwords } from '../../src/mongo/passwords.ts';
import type { HostOf } from '../../src/replica-set/hosts.ts';
import type { Mongod } from '@shop/testing/mongod';

export interface PodOptions {
  readonly config: ControllerConfig;
  readonly mongod: Mongod;
  readonly hostOf: HostOf;
  readonly log: (line: string) => void;
  /** Called when a command is done but has no response yet; throwing loses the response. */
  readonly afterCommand: (command: string) => void;
}

/** A pod of the StatefulSet: its volume, its mongod, and the controller beside it, which starts first and ends last. */
export class Pod {
  readonly #options: PodOptions;
  #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();
  controller: Controller | undefined;
  registry = new Registry();

  constructor(options: PodOptions) {
    this.#options = options;
  }

  get mongod(): Mongod {
    return this.#options.mongod;
  }

  async start(): Promise<void> {
    await mkdir(this.#options.config.volume, { recursive: true });
    const controller = this.startController({}, false);
    const stop = this.#stop.signal;
    this.#running = controller.admit(stop).then(() => {
      if (stop.aborted) return;
      this.mongod.start();
      return controller.run(stop);
    });
  }

  /** The controller alone, beside a mongod that runs. @param changed settings that differ from the first start. */
  startController(changed: Partial<ControllerConfig> = {}, run = true): Controller {
    const config = { ...this.#options.config, ...changed };
    const { hostOf, log, afterCommand } = this.#options;
    this.#stop = new AbortController();
    this.registry = new Registry();
    const logger = createLogger({ app: config.podName, level: 'info', destination: { write: log } });
    const member = new ObservedMember(config, afterCommand);
    this.controller = createController(config, { logger, registry: this.registry, hostOf, member });
    if (run) this.#running = this.controller.run(this.#stop.signal);
    return this.controller;
  }

  async stopController(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await this.controller?.close();
    this.controller = undefined;
  }

  /** Ends the pod as the kubelet does: mongod's preStop, SIGTERM to mongod, then the sidecar. */
  async end(): Promise<void> {
    if (this.mongod.running) await this.controller?.prestop();
    await this.mongod.end('SIGTERM');
    await this.stopController();
  }

  /** Ends the pod as if its node lost its power. */
  async kill(): Promise<void> {
    await Promise.all([this.mongod.end('SIGKILL'), this.stopController()]);
  }

  async wipe(): Promise<void> {
    await rm(this.#options.config.volume, { recursive: true, force: true });
  }
}

class ObservedMember extends Member {
  readonly #after: (command: string) => void;

  constructor({ mongoPort, passwordsDirectory }: ControllerConfig, after: (command: string) => void) {
    super(mongoPort, new Passwords(passwordsDirectory));
    this.#after = after;
  }

  override async bootstrap(...args: Parameters<Member['bootstrap']>): ReturnType<Member['bootstrap']> {
    const result = await super.bootstrap(...args);
    const [command = ''] = Object.keys(args[0]);
    if (command !== 'hello') this.#after(command);
    return result;
  }

  override async command(...args: Parameters<Member['command']>): ReturnType<Member['command']> {
    const result = await super.command(...args);
    this.#after(Object.keys(args[0])[0] ?? '');
    return result;
  }
}
