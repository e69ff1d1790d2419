import type { Logger } from '@shop/logging';
import type { Marker, MarkerStore } from '../kubernetes/marker.ts';
import { codes, hasCode } from '../mongo/errors.ts';
import type { Member } from '../mongo/member.ts';
import type { HostOf } from './hosts.ts';

export interface FormOptions {
  readonly ordinal: number;
  readonly member: Member;
  readonly marker: MarkerStore;
  readonly hostOf: HostOf;
  readonly replicaSet: string;
  readonly electionTimeoutMs: number;
  readonly heartbeatIntervalMs: number;
  readonly logger: Logger;
  /** Names for messages. */
  readonly namespace: string;
  readonly markerName: string;
}

/**
 * What a member does without a valid configuration. Only ordinal 0 may initiate, and only while the marker shows that
 * there has never been a set with a user. The marker is written before each step that must not be done twice.
 * @returns what the member waits for; undefined when it has initiated.
 */
export async function formOrWait(options: FormOptions): Promise<string | undefined> {
  const { ordinal, member, marker, hostOf, replicaSet, logger } = options;
  if (ordinal !== 0) return 'not in the replica set: waiting for the primary to add this member';
  const { state } = await marker.update((now) => (now.state ? undefined : { state: 'initiating' }));
  if (state === 'initiated') return waitingForPrimary(options, await marker.read());
  try {
    await member.bootstrap({
      replSetInitiate: {
        _id: replicaSet,
        members: [{ _id: 0, host: hostOf(0) }],
        settings: {
          electionTimeoutMillis: options.electionTimeoutMs,
          heartbeatIntervalMillis: options.heartbeatIntervalMs,
          chainingAllowed: false,
        },
      },
    });
    logger.info({ replicaSet, host: hostOf(0) }, 'initiated the replica set');
  } catch (error) {
    // This controller has initiated it before it crashed, or mongod is still reading its configuration.
    if (!hasCode(error, codes.alreadyInitialized)) throw error;
  }
  return undefined;
}

/** The set exists, but this volume does not know it. */
function waitingForPrimary({ namespace, markerName }: FormOptions, { replicaSetId }: Marker): string {
  return (
    `the replica set${replicaSetId === undefined ? '' : ` ${replicaSetId}`} exists and this volume has none of it: waiting for its primary, which sends ` +
    `the configuration and then the data. If no other member is left, the data is lost: ` +
    `\`${forgetCommand(namespace, markerName)}\` has a new, empty set initiated, for a backup to be restored into.`
  );
}

/** The command by which an operator makes the controller forget that there was a set. */
export function forgetCommand(namespace: string, markerName: string): string {
  return `kubectl -n ${namespace} patch configmap ${markerName} --type=json -p='[{"op":"remove","path":"/data"}]'`;
}
