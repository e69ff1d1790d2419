/** Every fault, in the order in which they are run: those that need the same preparation follow one another. */
import type { Fault } from './fault.ts';
import { certificateRotation } from './faults/certificate-rotation.ts';
import { containerKillAdapter } from './faults/container-kill-adapter.ts';
import { containerKillAmbassador } from './faults/container-kill-ambassador.ts';
import { containerKillApp } from './faults/container-kill-app.ts';
import { containerKillLogSidecar } from './faults/container-kill-log-sidecar.ts';
import { controlPlaneStopped } from './faults/control-plane-stopped.ts';
import { control } from './faults/control.ts';
import { diskFill } from './faults/disk-fill.ts';
import { dnsError } from './faults/dns-error.ts';
import { memoryHog } from './faults/memory-hog.ts';
import { mongoAllKilled } from './faults/mongo-all-killed.ts';
import { mongoPrimaryDelete } from './faults/mongo-primary-delete.ts';
import { mongoPrimaryFrozen } from './faults/mongo-primary-frozen.ts';
import { mongoPrimaryKill } from './faults/mongo-primary-kill.ts';
import { mongoSecondaryLost } from './faults/mongo-secondary-lost.ts';
import { networkPartitionMongo } from './faults/network-partition-mongo.ts';
import { networkPartitionUser } from './faults/network-partition-user.ts';
import { nodeDrain } from './faults/node-drain.ts';
import { nodePoweroff } from './faults/node-poweroff.ts';
import { podDelete } from './faults/pod-delete.ts';
import { podKill } from './faults/pod-kill.ts';
import { rollingUpdateAmbassador } from './faults/rolling-update-ambassador.ts';
import { rollingUpdateMongo } from './faults/rolling-update-mongo.ts';
import { rollingUpdateProduct } from './faults/rolling-update-product.ts';
import { rollingUpdateTraefik } from './faults/rolling-update-traefik.ts';
import { rollingUpdateUser } from './faults/rolling-update-user.ts';
import { tokenRotation } from './faults/token-rotation.ts';
import { upgrade } from './faults/upgrade.ts';
import { userGone } from './faults/user-gone.ts';
import { userHttpStatusCode } from './faults/user-http-status-code.ts';
import { userLatency } from './faults/user-latency.ts';
import { userResetPeer } from './faults/user-reset-peer.ts';
import { userTimeout } from './faults/user-timeout.ts';
import { wrongConfiguration } from './faults/wrong-configuration.ts';
import { wrongStartOrder } from './faults/wrong-start-order.ts';

export const catalogue: readonly Fault[] = [
  control,
  rollingUpdateUser,
  rollingUpdateProduct,
  rollingUpdateAmbassador,
  rollingUpdateTraefik,
  rollingUpdateMongo,
  upgrade,
  certificateRotation,
  tokenRotation,
  podDelete,
  podKill,
  containerKillApp,
  containerKillAmbassador,
  containerKillLogSidecar,
  containerKillAdapter,
  userGone,
  networkPartitionUser,
  networkPartitionMongo,
  dnsError,
  wrongConfiguration,
  diskFill,
  controlPlaneStopped,
  userLatency,
  userTimeout,
  userHttpStatusCode,
  userResetPeer,
  memoryHog,
  mongoPrimaryDelete,
  mongoPrimaryKill,
  mongoPrimaryFrozen,
  mongoSecondaryLost,
  mongoAllKilled,
  nodeDrain,
  nodePoweroff,
  wrongStartOrder,
];

/** For every change: the most important ones, in less than 10 minutes altogether. */
export const shortSelection: readonly string[] = [
  'control',
  'rolling-update-product',
  'pod-delete',
  'pod-kill',
  'container-kill-app',
  'user-gone',
  'user-timeout',
];
