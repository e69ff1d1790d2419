import type { Logger } from '@shop/logging';
import type { Registry } from '@prometheus-io/client';
import { type ControllerConfig, ordinalOf } from './config.ts';
import { Controller } from './controller.ts';
import { KubernetesApi } from './kubernetes/api.ts';
import { MarkerStore } from './kubernetes/marker.ts';
import { readReplicas } from './kubernetes/stateful-set.ts';
import { createMetrics } from './metrics.ts';
import { Member } from './mongo/member.ts';
import { Passwords } from './mongo/passwords.ts';
import { type HostOf, podHosts } from './replica-set/hosts.ts';
import { Volume } from './replica-set/volume.ts';

export interface ControllerDependencies {
  readonly logger: Logger;
  readonly registry: Registry;
  /** The names of the members; default: those of the pods. */
  readonly hostOf?: HostOf;
  /** The client of the mongod in this pod. */
  readonly member?: Member;
}

/** Builds a controller. It does not read or change anything yet. */
export function createController(config: ControllerConfig, dependencies: ControllerDependencies): Controller {
  const { logger, registry, hostOf = podHosts(config) } = dependencies;
  const api = new KubernetesApi(config.kubernetesUrl, config.serviceAccountDirectory);
  const passwords = new Passwords(config.passwordsDirectory);
  const ordinal = ordinalOf(config.podName);
  return new Controller({
    ...config,
    ordinal,
    hostOf,
    passwords,
    member: dependencies.member ?? new Member(config.mongoPort, passwords),
    marker: new MarkerStore(api, config.podNamespace, config.marker),
    volume: new Volume(config.volume, ordinal),
    api,
    readReplicas: () => readReplicas(api, config.podNamespace, config.statefulSet),
    metrics: createMetrics(registry),
    logger,
    names: { namespace: config.podNamespace, marker: config.marker, pod: config.podName },
  });
}
