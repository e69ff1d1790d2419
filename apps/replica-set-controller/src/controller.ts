import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@shop/logging';
import type { KubernetesApi } from './kubernetes/api.ts';
import type { MarkerStore } from './kubernetes/marker.ts';
import type { Metrics } from './metrics.ts';
import { describeError } from './mongo/errors.ts';
import type { Hello, Member } from './mongo/member.ts';
import { Users } from './mongo/users.ts';
import type { Passwords } from './mongo/passwords.ts';
import { type PrestopResult, prepareToStop } from './prestop.ts';
import { type Configuration, readConfiguration } from './replica-set/configuration.ts';
import { forgetCommand, formOrWait } from './replica-set/form.ts';
import { Reconciler } from './replica-set/reconcile.ts';
import type { HostOf } from './replica-set/hosts.ts';
import { keepsUp, readStatus } from './replica-set/status.ts';
import type { Volume } from './replica-set/volume.ts';

export interface ControllerOptions {
  readonly ordinal: number;
  readonly hostOf: HostOf;
  readonly replicaSet: string;
  readonly databases: readonly string[];
  readonly electionTimeoutMs: number;
  readonly heartbeatIntervalMs: number;
  readonly intervalMs: number;
  readonly prestopTimeoutMs: number;
  readonly member: Member;
  readonly passwords: Passwords;
  readonly marker: MarkerStore;
  readonly volume: Volume;
  /** Closed with the controller. */
  readonly api: Pick<KubernetesApi, 'close'>;
  readonly readReplicas: () => Promise<number>;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** Names for the commands in messages. */
  readonly names: { readonly namespace: string; readonly marker: string; readonly pod: string };
}

/** The same program runs beside every mongod; what it does depends on the state of its mongod. */
export class Controller {
  readonly #options: ControllerOptions;
  readonly #reconciler: Reconciler;
  /** A secondary's, as last read. */
  #config: Configuration | undefined;
  /** Said once, not every second. */
  #said: string | undefined;

  constructor(options: ControllerOptions) {
    this.#options = options;
    this.#reconciler = new Reconciler({ ...options, users: new Users(options) });
  }

  /** Waits until mongod may be started on the volume. No other container of the pod starts before. */
  async admit(signal: AbortSignal): Promise<void> {
    for (;;) {
      const refusal = await this.#refusal();
      if (refusal === undefined || signal.aborted) return;
      this.#say('error', refusal);
      await delay(this.#options.intervalMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Runs rounds until the signal. An error ends a round, never the loop. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const again = await this.round();
      if (!again) await delay(this.#options.intervalMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** @returns whether the next round should follow at once. Never rejects. */
  async round(): Promise<boolean> {
    try {
      return await this.#round();
    } catch (error) {
      this.#options.metrics.failed();
      this.#say('warn', describeError(error));
      return false;
    }
  }

  /**
   * For the pod's readiness. Everything that replaces one pod after the other (an update, a drain) waits for it: the
   * next pod ends only when this member counts in a majority.
   * @throws saying why it does not.
   */
  async serving(): Promise<void> {
    const { member } = this.#options;
    const hello = await member.hello();
    if (hello.isWritablePrimary) return;
    if (hello.secondary) {
      const status = await readStatus(member);
      if (status.some((one) => one.self && keepsUp(one, status))) return;
      throw new Error('a secondary that does not keep up with the primary yet');
    }
    throw new Error(
      hello.setName === undefined
        ? (this.#said ?? 'not in the replica set')
        : 'neither primary nor secondary yet',
    );
  }

  prestop(): Promise<PrestopResult> {
    const { ordinal, hostOf, prestopTimeoutMs } = this.#options;
    return prepareToStop({ ...this.#options, host: hostOf(ordinal), timeoutMs: prestopTimeoutMs });
  }

  async close(): Promise<void> {
    this.#options.api.close();
    await this.#options.member.close();
  }

  async #round(): Promise<boolean> {
    const hello = await this.#hello();
    const { metrics } = this.#options;
    if (hello.setName === undefined) {
      metrics.blind();
      const { namespace, marker: markerName } = this.#options.names;
      const waiting = await formOrWait({ ...this.#options, namespace, markerName });
      if (waiting !== undefined) this.#say(this.#options.ordinal === 0 ? 'warn' : 'info', waiting);
      return false;
    }
    if (hello.isWritablePrimary) {
      const { changed, config, status } = await this.#reconciler.round();
      // Its configuration may not be committed yet; the reconciler notes it on the volume when it is.
      metrics.observe(status, config.version);
      this.#said = undefined;
      return changed;
    }
    // A member in its initial sync knows no users yet.
    if (hello.secondary) await this.#observe(hello);
    else metrics.blind();
    return false;
  }

  /** @throws when mongod does not respond. Then its last known state of the set is no longer shown. */
  async #hello(): Promise<Hello> {
    try {
      return await this.#options.member.hello();
    } catch (error) {
      this.#options.metrics.blind();
      throw error;
    }
  }

  async #observe({ setVersion }: Hello): Promise<void> {
    const { member, volume, metrics } = this.#options;
    if (this.#config === undefined || this.#config.version !== setVersion) {
      this.#config = await readConfiguration(member);
      await volume.record(this.#config);
    }
    metrics.observe(await readStatus(member), this.#config.version);
    this.#said = undefined;
  }

  async #refusal(): Promise<string | undefined> {
    const { volume, marker, names } = this.#options;
    try {
      const refusal = await volume.refusal(await marker.read());
      return (
        refusal &&
        `mongod is not started, as the volume of ${names.pod} is out of date: ${refusal}. To have it filled again by the ` +
          `other members: \`kubectl -n ${names.namespace} delete pvc data-${names.pod} --wait=false\` and then ` +
          `\`kubectl -n ${names.namespace} delete pod ${names.pod}\`. If it is all that is left, and its old data is ` +
          `to be the truth: \`${forgetCommand(names.namespace, names.marker)}\`.`
      );
    } catch (error) {
      return `mongod is not started before the marker can be read: ${describeError(error)}`;
    }
  }

  #say(level: 'info' | 'warn' | 'error', text: string): void {
    if (text !== this.#said) this.#options.logger[level](text);
    this.#said = text;
  }
}
