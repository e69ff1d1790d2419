import type { Logger } from '@shop/logging';
import type { MarkerStore } from '../kubernetes/marker.ts';
import type { Metrics } from '../metrics.ts';
import { describeError } from '../mongo/errors.ts';
import { helloOf, type Member } from '../mongo/member.ts';
import type { Users } from '../mongo/users.ts';
import { applyChange } from './apply.ts';
import { type Configuration, readCommitment, replicaSetIdOf } from './configuration.ts';
import type { HostOf } from './hosts.ts';
import { nextChange, type View } from './next-change.ts';
import { behindMs, holdsData, type MemberStatus, readStatus } from './status.ts';
import type { Volume } from './volume.ts';

/** A secondary gets a vote only if it is at most this many milliseconds behind the primary. */
const CAUGHT_UP_MS = 10_000;

export interface ReconcilerOptions {
  readonly ordinal: number;
  readonly member: Member;
  readonly users: Users;
  readonly marker: MarkerStore;
  readonly volume: Volume;
  readonly readReplicas: () => Promise<number>;
  readonly hostOf: HostOf;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** In how many rounds the users are compared with the files of their passwords: the kubelet takes longer to write these. */
const USERS_EVERY_ROUNDS = 5;

/** What a round has seen, and done. */
export interface Round {
  /** Something was changed: the next round should follow at once. */
  readonly changed: boolean;
  readonly config: Configuration;
  readonly status: readonly MemberStatus[];
}

/** What the controller at the primary's side does: users, then the members, one change at a time. */
export class Reconciler {
  readonly #options: ReconcilerOptions;
  #recorded: number | undefined;
  #roundsUntilUsers = 0;

  constructor(options: ReconcilerOptions) {
    this.#options = options;
  }

  /**
   * One round on a primary.
   * @throws what mongod or the API server throws; the set is then as it was, or one change further.
   */
  async round(): Promise<Round> {
    const { member, metrics, readReplicas, ordinal } = this.#options;
    await this.#reconcileUsers();

    const { config, committed } = await readCommitment(member);
    if (committed) await this.#record(config);
    const status = await readStatus(member);
    const unchanged = { changed: false, config, status };
    if (!committed) return unchanged;

    const replicas = await readReplicas();
    metrics.desired(replicas);
    const members = viewMembers(config, status);
    const view: View = {
      members,
      primary: ordinal,
      replicas,
      chaining: config.settings.chainingAllowed,
      answering: await this.#answering(config, replicas),
    };
    const change = nextChange(view);
    if (change === undefined) return unchanged;
    if (change.kind === 'grant-vote') await this.#options.volume.recordGrowth(config);
    await applyChange(member, config, change, this.#options.hostOf);
    metrics.changed(change.kind);
    this.#options.logger.info(
      { ...change, replicas, fromVersion: config.version },
      'changed the replica set',
    );
    return { ...unchanged, changed: true };
  }

  async #reconcileUsers(): Promise<void> {
    if (this.#roundsUntilUsers > 0) {
      this.#roundsUntilUsers -= 1;
      return;
    }
    await this.#ensureController();
    await this.#options.users.reconcile();
    this.#roundsUntilUsers = USERS_EVERY_ROUNDS - 1;
  }

  /** Writes the marker first: from `initiated` on there may be data, because it begins with the first user. */
  async #ensureController(): Promise<void> {
    const { member, users, marker } = this.#options;
    if (await member.knowsController()) return;
    await marker.update((now) => (now.state === 'initiated' ? undefined : { state: 'initiated' }));
    await users.createController();
  }

  /**
   * Records a configuration on this volume, then in the marker. @throws when the marker has a later one than this
   * primary.
   */
  async #record(config: Configuration): Promise<void> {
    const { volume, marker } = this.#options;
    await volume.record(config);
    if (this.#recorded === config.version) return;
    const replicaSetId = replicaSetIdOf(config);
    await marker.update((now) => {
      if (now.replicaSetId !== undefined && now.replicaSetId !== replicaSetId)
        throw new Error(`this is replica set ${replicaSetId}, not ${now.replicaSetId}: it is left alone`);
      if ((now.configVersion ?? 0) > config.version)
        throw new Error(
          `configuration ${config.version} is older than ${now.configVersion}: it is left alone`,
        );
      return now.configVersion === config.version
        ? undefined
        : { state: 'initiated', replicaSetId, configVersion: config.version };
    });
    this.#recorded = config.version;
  }

  /** Pods that should become members and respond under the name that they will have. */
  async #answering({ members }: Configuration, replicas: number): Promise<number[]> {
    const { hostOf, logger } = this.#options;
    const missing = Array.from({ length: replicas }, (_, ordinal) => ordinal).filter(
      (ordinal) => !members.some(({ _id }) => _id === ordinal),
    );
    const answers = await Promise.all(
      missing.map(async (ordinal) => {
        try {
          await helloOf(hostOf(ordinal));
          return [ordinal];
        } catch (error) {
          logger.debug({ ordinal, reason: describeError(error) }, 'does not answer yet');
          return [];
        }
      }),
    );
    return answers.flat();
  }
}

function viewMembers({ members }: Configuration, status: readonly MemberStatus[]): View['members'] {
  return members.map(({ _id, votes }) => {
    const seen = status.find(({ ordinal }) => ordinal === _id);
    return {
      ordinal: _id,
      votes: votes > 0,
      healthy: seen?.health === 1,
      caughtUp: seen !== undefined && holdsData(seen) && behindMs(seen, status) <= CAUGHT_UP_MS,
    };
  });
}
