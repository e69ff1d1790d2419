import { settings } from '@shop/config';
import { z } from 'zod';

/** A name that is valid in an API path and in a host name (RFC 1123). */
const label = (what: string) =>
  z.string().regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, `must be the name of ${what}`);

/** Each setting is an environment variable: `podName` is `POD_NAME`. */
export const controllerConfig = z.object({
  podName: z
    .string()
    .regex(/^[a-z0-9][-a-z0-9]*-\d+$/, 'must be the name of a StatefulSet’s pod, such as mongo-0'),
  podNamespace: label('a namespace'),
  statefulSet: label('a StatefulSet').default('mongo'),
  /** The headless Service that gives each pod its name. */
  service: label('a Service').default('mongo'),
  clusterDomain: z.string().min(1).default('cluster.local'),
  replicaSet: z.string().min(1).default('rs0'),
  mongoPort: settings.port().default(27_017),
  /** The databases of the services, separated by commas; each has a user of the same name. */
  databases: z
    .string()
    .default('user,product')
    .transform((text) => text.split(',').map((name) => name.trim()))
    .refine((names) => names.every((name) => /^[a-z][a-z0-9-]*$/.test(name)), 'must be names with commas'),
  /** The ConfigMap that records, outside of all volumes, that there is a replica set. */
  marker: label('a ConfigMap').default('mongo-replica-set'),
  /** A file for each user, named after it, with its password. */
  passwordsDirectory: z.string().min(1).default('/etc/mongo-users'),
  /** Where the member's volume is mounted. */
  volume: z.string().min(1).default('/data/db'),
  kubernetesUrl: z
    .url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' })
    .default('https://kubernetes.default.svc'),
  /** Holds `token` and `ca.crt`. */
  serviceAccountDirectory: z.string().min(1).default('/var/run/secrets/kubernetes.io/serviceaccount'),
  /** Set at initiation: after how long without the primary the others hold an election. */
  electionTimeoutMs: settings.milliseconds().default(10_000),
  /** Set at initiation: a configuration takes up to this long to reach the others. */
  heartbeatIntervalMs: settings.milliseconds().default(2000),
  intervalMs: settings.milliseconds().default(1000),
  /**
   * The longest time for which a pod's end is delayed; less than its terminationGracePeriodSeconds, as mongod must
   * still close.
   */
  prestopTimeoutMs: settings.milliseconds().default(60_000),
  adminHost: settings.host().default('127.0.0.1'),
  adminPort: settings.port(),
  logLevel: settings.logLevel().default('info'),
});
export type ControllerConfig = z.output<typeof controllerConfig>;

/** `mongo-2` is ordinal 2. */
export const ordinalOf = (podName: string): number => Number(podName.slice(podName.lastIndexOf('-') + 1));
