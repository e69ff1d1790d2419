/** The name by which a member is known to all others and to clients, `host:port`. */
export type HostOf = (ordinal: number) => string;

/** The headless Service gives the pods of a StatefulSet stable names; their addresses change with every restart. */
export function podHosts(options: {
  readonly statefulSet: string;
  readonly service: string;
  readonly podNamespace: string;
  readonly clusterDomain: string;
  readonly mongoPort: number;
}): HostOf {
  const { statefulSet, service, podNamespace, clusterDomain, mongoPort } = options;
  return (ordinal) =>
    `${statefulSet}-${ordinal}.${service}.${podNamespace}.svc.${clusterDomain}:${mongoPort}`;
}
