/** The objects of a page as they are at one moment of the run, and what leads from one to the other: a drawing in SVG. */
import { escapeHtml } from '@shop/testing/report';

interface Reference {
  readonly kind?: string;
  readonly name?: string;
}

interface PodSpec {
  readonly nodeName?: string;
  readonly serviceAccountName?: string;
  readonly volumes?: readonly {
    readonly persistentVolumeClaim?: { readonly claimName: string };
    readonly configMap?: Reference;
    readonly secret?: { readonly secretName?: string };
    readonly projected?: {
      readonly sources?: readonly { readonly configMap?: Reference; readonly secret?: Reference }[];
    };
  }[];
  readonly containers?: readonly {
    readonly envFrom?: readonly { readonly configMapRef?: Reference; readonly secretRef?: Reference }[];
    readonly env?: readonly {
      readonly valueFrom?: { readonly configMapKeyRef?: Reference; readonly secretKeyRef?: Reference };
    }[];
  }[];
}

/** What of an object is drawn; `kubectl get … --output json` gives more. */
export interface DrawnObject {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly uid?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly { readonly uid: string }[];
  };
  readonly spec?: PodSpec & {
    readonly rules?: readonly {
      readonly http?: {
        readonly paths?: readonly { readonly backend?: { readonly service?: { readonly name: string } } }[];
      };
    }[];
    readonly podSelector?: {
      readonly matchLabels?: Readonly<Record<string, string>>;
      readonly matchExpressions?: readonly unknown[];
    };
    readonly scaleTargetRef?: Reference;
    /** Of a claim: the volume that it is bound to. */
    readonly volumeName?: string;
  };
  readonly roleRef?: Reference;
  readonly subjects?: readonly Reference[] | null;
  readonly endpoints?:
    | readonly {
        readonly conditions?: { readonly ready?: boolean };
        readonly targetRef?: Reference;
      }[]
    | null;
}

export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly says:
    | 'owns'
    | 'routes to'
    | 'lists'
    | 'lists, not ready'
    | 'selects'
    | 'scales'
    | 'grants'
    | 'to'
    | 'as'
    | 'mounts'
    | 'reads'
    | 'bound to'
    | 'runs on';
}

/** `Pod/web-1`. */
const nameOfObject = ({ kind, metadata }: DrawnObject): string => `${kind}/${metadata.name}`;

/** What the object itself names, be it drawn or not. */
function namedBy(object: DrawnObject): Edge[] {
  const from = nameOfObject(object);
  const { kind, spec = {}, roleRef, subjects, endpoints } = object;
  const edge = (says: Edge['says'], to: Reference, toKind = to.kind): Edge[] =>
    to.name === undefined ? [] : [{ from, says, to: `${toKind}/${to.name}` }];
  const routes = (spec.rules ?? [])
    .flatMap(({ http }) => http?.paths ?? [])
    .flatMap(({ backend }) => (backend?.service ? edge('routes to', backend.service, 'Service') : []));
  const listed = (endpoints ?? []).flatMap(({ targetRef, conditions }) =>
    targetRef?.kind === 'Pod'
      ? edge(conditions?.ready === false ? 'lists, not ready' : 'lists', targetRef)
      : [],
  );
  return [
    ...routes,
    ...listed,
    ...(spec.scaleTargetRef ? edge('scales', spec.scaleTargetRef) : []),
    ...(roleRef ? edge('grants', roleRef) : []),
    ...(subjects ?? []).flatMap((subject) => edge('to', subject)),
    ...(spec.volumeName === undefined ? [] : edge('bound to', { name: spec.volumeName }, 'PersistentVolume')),
    ...(kind === 'Pod' ? namedByPod(spec, edge) : []),
  ];
}

function namedByPod(
  { nodeName, serviceAccountName, volumes = [], containers = [] }: PodSpec,
  edge: (says: Edge['says'], to: Reference, kind: string) => Edge[],
): Edge[] {
  const configs = [
    ...volumes.flatMap(({ configMap, projected }) => [
      configMap,
      ...(projected?.sources ?? []).map((source) => source.configMap),
    ]),
    ...containers.flatMap(({ envFrom = [], env = [] }) => [
      ...envFrom.map(({ configMapRef }) => configMapRef),
      ...env.map(({ valueFrom }) => valueFrom?.configMapKeyRef),
    ]),
  ];
  const secrets = [
    ...volumes.flatMap(({ secret, projected }) => [
      secret?.secretName === undefined ? undefined : { name: secret.secretName },
      ...(projected?.sources ?? []).map((source) => source.secret),
    ]),
    ...containers.flatMap(({ envFrom = [], env = [] }) => [
      ...envFrom.map(({ secretRef }) => secretRef),
      ...env.map(({ valueFrom }) => valueFrom?.secretKeyRef),
    ]),
  ];
  return [
    ...volumes.flatMap(({ persistentVolumeClaim: claim }) =>
      claim ? edge('mounts', { name: claim.claimName }, 'PersistentVolumeClaim') : [],
    ),
    ...configs.flatMap((config) => (config ? edge('reads', config, 'ConfigMap') : [])),
    ...secrets.flatMap((secret) => (secret ? edge('reads', secret, 'Secret') : [])),
    ...(serviceAccountName === undefined ? [] : edge('as', { name: serviceAccountName }, 'ServiceAccount')),
    ...(nodeName === undefined ? [] : edge('runs on', { name: nodeName }, 'Node')),
  ];
}

/** Owner references, endpoints, routes, bindings of roles, what pods use, and which pods a policy selects. */
export function edgesOf(objects: readonly DrawnObject[]): Edge[] {
  const known = new Set(objects.map(nameOfObject));
  const byUid = new Map(objects.map((object) => [object.metadata.uid, nameOfObject(object)]));
  const edges = objects.flatMap((object): Edge[] => {
    const name = nameOfObject(object);
    const { metadata, spec = {} } = object;
    const owners = (metadata.ownerReferences ?? []).flatMap(({ uid }): Edge[] => {
      const from = byUid.get(uid);
      return from === undefined ? [] : [{ from, to: name, says: 'owns' }];
    });
    const { podSelector } = spec;
    const selected =
      object.kind === 'NetworkPolicy' && podSelector && !podSelector.matchExpressions
        ? objects
            .filter((pod) => pod.kind === 'Pod' && carries(pod, podSelector.matchLabels ?? {}))
            .map((pod): Edge => ({ from: name, to: nameOfObject(pod), says: 'selects' }))
        : [];
    return [...owners, ...namedBy(object), ...selected];
  });
  const unique = new Map(edges.map((edge) => [`${edge.from} ${edge.to}`, edge]));
  return [...unique.values()].filter(({ from, to }) => known.has(from) && known.has(to));
}

const carries = ({ metadata }: DrawnObject, labels: Readonly<Record<string, string>>): boolean =>
  Object.entries(labels).every(([key, value]) => metadata.labels?.[key] === value);

const box = { height: 42, gapY: 16, margin: 14, padding: 10 };
/** Of a letter at most, in the widest of the usual fonts; a system's own is narrower. */
const letter = { name: 8, small: 6.7 };
/** Names of objects are shorter than that in most pictures. */
const longestName = 44;

/** There is no object for a user or a group, and an account may be of another namespace: drawn as a binding names them. */
function subjectsOf(objects: readonly DrawnObject[]): DrawnObject[] {
  const subjects = objects.flatMap((object) =>
    (object.subjects ?? []).flatMap(({ kind, name }): DrawnObject[] =>
      kind === undefined || name === undefined ? [] : [{ kind, metadata: { name } }],
    ),
  );
  const unknown = new Map(subjects.map((subject) => [nameOfObject(subject), subject]));
  for (const object of objects) unknown.delete(nameOfObject(object));
  return [...unknown.values()];
}

/** Without a namespace: those that no edge leads to are others'. */
const ofTheCluster = new Set(['ClusterRole', 'ClusterRoleBinding', 'PersistentVolume', 'StorageClass']);

/** Sources on the left, what they lead to on the right, all pods below one another, and all nodes. */
export function drawObjects(title: string, all: readonly DrawnObject[]): string {
  // Kubernetes puts that ConfigMap into every namespace and every pod.
  const listed = all.filter((object) => nameOfObject(object) !== 'ConfigMap/kube-root-ca.crt');
  const own = [...listed, ...subjectsOf(listed)];
  const edges = edgesOf(own);
  const joined = new Set(edges.flatMap(({ from, to }) => [from, to]));
  const objects = own.filter(
    (object) => !ofTheCluster.has(object.kind) || joined.has(nameOfObject(object)) || edges.length === 0,
  );
  const names = objects.map(nameOfObject).sort();
  const column = columnsOf(names, edges);
  const row = new Map<string, number>();
  const columns = Math.max(0, ...column.values()) + 1;
  let rows = 0;
  for (let at = 0; at < columns; at += 1) {
    const inColumn = names.filter((name) => column.get(name) === at);
    const wish = (name: string): number => {
      const from = edges.filter(({ to }) => to === name).map((edge) => row.get(edge.from) ?? 0);
      return from.length === 0 ? 0 : from.reduce((sum, one) => sum + one, 0) / from.length;
    };
    for (const [index, name] of inColumn.toSorted((a, b) => wish(a) - wish(b)).entries())
      row.set(name, index);
    rows = Math.max(rows, inColumn.length);
  }
  const texts = names.map((full) => full.split('/') as [kind: string, name: string]);
  const boxWidth = Math.ceil(
    2 * box.padding +
      Math.max(
        120,
        ...texts.map(([kind, name]) =>
          Math.max(kind.length * letter.small, shortened(name).length * letter.name),
        ),
      ),
  );
  const gapX = Math.ceil(40 + Math.max(40, ...edges.map(({ says }) => says.length * letter.small)));
  const x = (name: string) => box.margin + (column.get(name) ?? 0) * (boxWidth + gapX);
  const y = (name: string) => box.margin + 24 + (row.get(name) ?? 0) * (box.height + box.gapY);
  const width = Math.ceil(
    2 * box.margin + Math.max(columns * (boxWidth + gapX) - gapX, title.length * letter.small),
  );
  const height = 2 * box.margin + 24 + Math.max(rows, 1) * (box.height + box.gapY) - box.gapY;

  const lines = edges.map((edge) => {
    const [x1, y1] = [x(edge.from) + boxWidth, y(edge.from) + box.height / 2];
    const [x2, y2] = [x(edge.to), y(edge.to) + box.height / 2];
    const dash = edge.says === 'owns' ? '' : ' stroke-dasharray="5 3"';
    return `<path d="M${x1} ${y1} C${x1 + 40} ${y1} ${x2 - 40} ${y2} ${x2} ${y2}"${dash} marker-end="url(#end)"><title>${escapeHtml(`${edge.from} ${edge.says} ${edge.to}`)}</title></path>
<text class="edge" x="${(x1 + x2) / 2}" y="${(y1 + y2) / 2 - 4}">${edge.says}</text>`;
  });
  const boxes = names.map((full) => {
    const [kind = '', name = ''] = full.split('/');
    return `<g><title>${escapeHtml(full)}</title><rect x="${x(full)}" y="${y(full)}" width="${boxWidth}" height="${box.height}" rx="5"/>
<text class="kind" x="${x(full) + box.padding}" y="${y(full) + 16}">${escapeHtml(kind)}</text>
<text x="${x(full) + box.padding}" y="${y(full) + 33}">${escapeHtml(shortened(name))}</text></g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escapeHtml(title)}">
<style>${style}</style>
<defs><marker id="end" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0 L8 4 L0 8 z" class="end"/></marker></defs>
<text class="title" x="${box.margin}" y="${box.margin + 6}">${escapeHtml(title)}</text>
${[...lines, ...boxes].join('\n')}
</svg>
`;
}

/** The longest way from a source decides; kubectl's objects have no circles, and a made one must not hang. */
function columnsOf(names: readonly string[], edges: readonly Edge[]): Map<string, number> {
  const column = new Map(names.map((name) => [name, 0]));
  for (let round = 0; round < names.length; round += 1) {
    const moved = edges.filter(({ from, to }) => {
      const wanted = (column.get(from) ?? 0) + 1;
      if ((column.get(to) ?? 0) >= wanted || wanted >= names.length) return false;
      column.set(to, wanted);
      return true;
    });
    for (const kind of ['Pod/', 'Node/']) {
      const own = names.filter((name) => name.startsWith(kind));
      const last = Math.max(0, ...own.map((name) => column.get(name) ?? 0));
      for (const name of own) column.set(name, last);
    }
    if (moved.length === 0) break;
  }
  return column;
}

function shortened(name: string): string {
  const half = Math.floor((longestName - 1) / 2);
  return name.length <= longestName ? name : `${name.slice(0, half)}…${name.slice(-half)}`;
}

const style = `
svg { font: 13px system-ui, sans-serif; color: #1f2328; background: #fff; }
rect { fill: #f6f8fa; stroke: #57606a; } text { fill: currentColor; } .kind, .edge, .title { font-size: 11px; }
.kind, .edge { fill: #57606a; } .edge { text-anchor: middle; } path { fill: none; stroke: #57606a; } .end { fill: #57606a; }
@media (prefers-color-scheme: dark) {
svg { color: #e6edf3; background: #0d1117; } rect { fill: #161b22; stroke: #8b949e; }
.kind, .edge { fill: #8b949e; } path { stroke: #8b949e; } .end { fill: #8b949e; } }`;
