import { Counter, Gauge, type Registry } from '@prometheus-io/client';

/** What the metrics show of a member. */
interface CountedMember {
  readonly stateStr: string;
  readonly self?: boolean | undefined;
}

export interface Metrics {
  /** The set as this member sees it. */
  observe(members: readonly CountedMember[], configVersion: number): void;
  /** Nothing is known of the set. */
  blind(): void;
  desired(replicas: number): void;
  changed(kind: string): void;
  failed(): void;
}

export function createMetrics(registry: Registry): Metrics {
  const registers = [registry];
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers });
  const members = new Gauge({
    name: 'replica_set_members',
    help: 'Members of the configuration, by their state as this one sees it',
    labelNames: ['state'],
    registers,
  });
  const hasPrimary = gauge('replica_set_has_primary', '1 when this member sees a primary');
  const isPrimary = gauge('replica_set_is_primary', '1 when this member is the primary');
  const version = gauge('replica_set_config_version', 'Version of the configuration that this member has');
  const desired = gauge('replica_set_desired_members', 'spec.replicas of the StatefulSet, as last read');
  const changes = new Counter({
    name: 'replica_set_reconfigurations_total',
    help: 'Changes of the set that this controller has made',
    labelNames: ['kind'],
    registers,
  });
  const errors = new Counter({
    name: 'replica_set_reconcile_errors_total',
    help: 'Rounds that ended with an error',
    registers,
  });

  return {
    observe(status, configVersion) {
      members.reset();
      // Both states are always set, so that a set without a primary shows 0 and not a gap.
      for (const state of ['PRIMARY', 'SECONDARY']) members.set({ state }, 0);
      for (const { stateStr } of status) members.inc({ state: stateStr });
      const primary = status.find(({ stateStr }) => stateStr === 'PRIMARY');
      hasPrimary.set(primary ? 1 : 0);
      isPrimary.set(primary?.self ? 1 : 0);
      version.set(configVersion);
    },
    blind() {
      members.reset();
      hasPrimary.set(0);
      isPrimary.set(0);
    },
    desired: (replicas) => desired.set(replicas),
    changed: (kind) => changes.inc({ kind }),
    failed: () => errors.inc(),
  };
}
