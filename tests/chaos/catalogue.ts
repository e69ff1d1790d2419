/** Every fault, in the order in which they are run: those that need the same preparation follow one another. */
import type { Fault } from './fault.ts';

/** By name, as their files are called. Only what is run is loaded. */
const faults = {
  control: async () => (await import('./faults/control.ts')).control,
  'rolling-update-user': async () => (await import('./faults/rolling-update-user.ts')).rollingUpdateUser,
  'rolling-update-product': async () =>
    (await import('./faults/rolling-update-product.ts')).rollingUpdateProduct,
  'rolling-update-ambassador': async () =>
    (await import('./faults/rolling-update-ambassador.ts')).rollingUpdateAmbassador,
  'rolling-update-traefik': async () =>
    (await import('./faults/rolling-update-traefik.ts')).rollingUpdateTraefik,
  'rolling-update-mongo': async () => (await import('./faults/rolling-update-mongo.ts')).rollingUpdateMongo,
  upgrade: async () => (await import('./faults/upgrade.ts')).upgrade,
  'certificate-rotation': async () => (await import('./faults/certificate-rotation.ts')).certificateRotation,
  'token-rotation': async () => (await import('./faults/token-rotation.ts')).tokenRotation,
  'pod-delete': async () => (await import('./faults/pod-delete.ts')).podDelete,
  'pod-kill': async () => (await import('./faults/pod-kill.ts')).podKill,
  'container-kill-app': async () => (await import('./faults/container-kill-app.ts')).containerKillApp,
  'container-kill-ambassador': async () =>
    (await import('./faults/container-kill-ambassador.ts')).containerKillAmbassador,
  'container-kill-log-sidecar': async () =>
    (await import('./faults/container-kill-log-sidecar.ts')).containerKillLogSidecar,
  'container-kill-adapter': async () =>
    (await import('./faults/container-kill-adapter.ts')).containerKillAdapter,
  'user-gone': async () => (await import('./faults/user-gone.ts')).userGone,
  'network-partition-user': async () =>
    (await import('./faults/network-partition-user.ts')).networkPartitionUser,
  'network-partition-mongo': async () =>
    (await import('./faults/network-partition-mongo.ts')).networkPartitionMongo,
  'dns-error': async () => (await import('./faults/dns-error.ts')).dnsError,
  'wrong-configuration': async () => (await import('./faults/wrong-configuration.ts')).wrongConfiguration,
  'disk-fill': async () => (await import('./faults/disk-fill.ts')).diskFill,
  'control-plane-stopped': async () =>
    (await import('./faults/control-plane-stopped.ts')).controlPlaneStopped,
  'user-latency': async () => (await import('./faults/user-latency.ts')).userLatency,
  'user-timeout': async () => (await import('./faults/user-timeout.ts')).userTimeout,
  'user-http-status-code': async () => (await import('./faults/user-http-status-code.ts')).userHttpStatusCode,
  'user-reset-peer': async () => (await import('./faults/user-reset-peer.ts')).userResetPeer,
  'memory-hog': async () => (await import('./faults/memory-hog.ts')).memoryHog,
  'mongo-primary-delete': async () => (await import('./faults/mongo-primary-delete.ts')).mongoPrimaryDelete,
  'mongo-primary-kill': async () => (await import('./faults/mongo-primary-kill.ts')).mongoPrimaryKill,
  'mongo-primary-frozen': async () => (await import('./faults/mongo-primary-frozen.ts')).mongoPrimaryFrozen,
  'mongo-secondary-lost': async () => (await import('./faults/mongo-secondary-lost.ts')).mongoSecondaryLost,
  'mongo-all-killed': async () => (await import('./faults/mongo-all-killed.ts')).mongoAllKilled,
  'node-drain': async () => (await import('./faults/node-drain.ts')).nodeDrain,
  'node-poweroff': async () => (await import('./faults/node-poweroff.ts')).nodePoweroff,
  'wrong-start-order': async () => (await import('./faults/wrong-start-order.ts')).wrongStartOrder,
} as const satisfies Readonly<Record<string, () => Promise<Fault>>>;

export type FaultName = keyof typeof faults;

export const faultNames = Object.keys(faults) as readonly FaultName[];

/** The faults of these names, in their order. @throws for a name that no fault has. */
export function loadFaults(names: readonly string[] = faultNames): Promise<readonly Fault[]> {
  const unknown = names.find((name) => !(name in faults));
  if (unknown !== undefined) throw new Error(`there is no fault ${unknown}`);
  return Promise.all(faultNames.filter((name) => names.includes(name)).map((name) => faults[name]()));
}

/** For every change: the most important ones, in less than 10 minutes altogether. */
export const shortSelection: readonly FaultName[] = [
  'control',
  'rolling-update-product',
  'pod-delete',
  'pod-kill',
  'container-kill-app',
  'user-gone',
  'user-timeout',
];
