/** The objects of a page as they are at one moment of the run, and what leads from one to the other: a drawing in SVG. */
import { escapeHtml } from '@shop/testing/report';

/** What of an object is drawn; `kubectl get … --output json` gives more. */
export interface DrawnObject {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly uid?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly { readonly uid: string }[];
  };
  readonly spec?: {
    readonly rules?: readonly {
      readonly http?: {
        readonly paths?: readonly { readonly backend?: { readonly service?: { readonly name: string } } }[];
      };
    }[];
    readonly podSelector?: {
      readonly matchLabels?: Readonly<Record<string, string>>;
      readonly matchExpressions?: readonly unknown[];
    };
    readonly volumes?: readonly { readonly persistentVolumeClaim?: { readonly claimName: string } }[];
  };
  readonly endpoints?:
    | readonly {
        readonly conditions?: { readonly ready?: boolean };
        readonly targetRef?: { readonly kind?: string; readonly name?: string };
      }[]
    | null;
}

export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly says: 'owns' | 'routes to' | 'lists' | 'lists, not ready' | 'selects' | 'mounts';
}

/** `Pod/web-1`. */
export const nameOfObject = ({ kind, metadata }: DrawnObject): string => `${kind}/${metadata.name}`;

/** Owner references, routes of an Ingress, endpoints of an EndpointSlice, selectors of policies and claims of pods. */
export function edgesOf(objects: readonly DrawnObject[]): Edge[] {
  const known = new Set(objects.map(nameOfObject));
  const byUid = new Map(objects.map((object) => [object.metadata.uid, nameOfObject(object)]));
  const edges = objects.flatMap((object): Edge[] => {
    const name = nameOfObject(object);
    const { metadata, spec = {}, endpoints } = object;
    const owners = (metadata.ownerReferences ?? []).flatMap(({ uid }): Edge[] => {
      const from = byUid.get(uid);
      return from === undefined ? [] : [{ from, to: name, says: 'owns' }];
    });
    const routes = (spec.rules ?? [])
      .flatMap(({ http }) => http?.paths ?? [])
      .flatMap(({ backend }): Edge[] =>
        backend?.service ? [{ from: name, to: `Service/${backend.service.name}`, says: 'routes to' }] : [],
      );
    const listed = (endpoints ?? []).flatMap(({ targetRef, conditions }): Edge[] =>
      targetRef?.kind === 'Pod'
        ? [
            {
              from: name,
              to: `Pod/${targetRef.name}`,
              says: conditions?.ready === false ? 'lists, not ready' : 'lists',
            },
          ]
        : [],
    );
    const { podSelector } = spec;
    const selected =
      object.kind === 'NetworkPolicy' && podSelector && !podSelector.matchExpressions
        ? objects
            .filter((pod) => pod.kind === 'Pod' && carries(pod, podSelector.matchLabels ?? {}))
            .map((pod): Edge => ({ from: name, to: nameOfObject(pod), says: 'selects' }))
        : [];
    const mounted = (spec.volumes ?? []).flatMap(({ persistentVolumeClaim: claim }): Edge[] =>
      claim ? [{ from: name, to: `PersistentVolumeClaim/${claim.claimName}`, says: 'mounts' }] : [],
    );
    return [...owners, ...routes, ...listed, ...selected, ...mounted];
  });
  const unique = new Map(edges.map((edge) => [`${edge.from} ${edge.to}`, edge]));
  return [...unique.values()].filter(({ from, to }) => known.has(from) && known.has(to));
}

const carries = ({ metadata }: DrawnObject, labels: Readonly<Record<string, string>>): boolean =>
  Object.entries(labels).every(([key, value]) => metadata.labels?.[key] === value);

const box = { width: 200, height: 42, gapX: 90, gapY: 16, margin: 14 };

/** Sources on the left, what they lead to on the right, all pods below one another. */
export function drawObjects(title: string, objects: readonly DrawnObject[]): string {
  const edges = edgesOf(objects);
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
  const x = (name: string) => box.margin + (column.get(name) ?? 0) * (box.width + box.gapX);
  const y = (name: string) => box.margin + 24 + (row.get(name) ?? 0) * (box.height + box.gapY);
  const width = 2 * box.margin + columns * (box.width + box.gapX) - box.gapX;
  const height = 2 * box.margin + 24 + Math.max(rows, 1) * (box.height + box.gapY) - box.gapY;

  const lines = edges.map((edge) => {
    const [x1, y1] = [x(edge.from) + box.width, y(edge.from) + box.height / 2];
    const [x2, y2] = [x(edge.to), y(edge.to) + box.height / 2];
    const dash = edge.says === 'owns' ? '' : ' stroke-dasharray="5 3"';
    return `<path d="M${x1} ${y1} C${x1 + 40} ${y1} ${x2 - 40} ${y2} ${x2} ${y2}"${dash} marker-end="url(#end)"><title>${escapeHtml(`${edge.from} ${edge.says} ${edge.to}`)}</title></path>
<text class="edge" x="${(x1 + x2) / 2}" y="${(y1 + y2) / 2 - 4}">${edge.says}</text>`;
  });
  const boxes = names.map((full) => {
    const [kind = '', name = ''] = full.split('/');
    return `<g><title>${escapeHtml(full)}</title><rect x="${x(full)}" y="${y(full)}" width="${box.width}" height="${box.height}" rx="5"/>
<text class="kind" x="${x(full) + 10}" y="${y(full) + 16}">${escapeHtml(kind)}</text>
<text x="${x(full) + 10}" y="${y(full) + 33}">${escapeHtml(shortened(name))}</text></g>`;
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
    const pods = names.filter((name) => name.startsWith('Pod/'));
    const last = Math.max(0, ...pods.map((name) => column.get(name) ?? 0));
    for (const name of pods) column.set(name, last);
    if (moved.length === 0) break;
  }
  return column;
}

const shortened = (name: string): string =>
  name.length <= 27 ? name : `${name.slice(0, 13)}…${name.slice(-13)}`;

const style = `
svg { font: 13px system-ui, sans-serif; color: #1f2328; background: #fff; }
rect { fill: #f6f8fa; stroke: #57606a; } text { fill: currentColor; } .kind, .edge, .title { font-size: 11px; }
.kind, .edge { fill: #57606a; } .edge { text-anchor: middle; } path { fill: none; stroke: #57606a; } .end { fill: #57606a; }
@media (prefers-color-scheme: dark) {
svg { color: #e6edf3; background: #0d1117; } rect { fill: #161b22; stroke: #8b949e; }
.kind, .edge { fill: #8b949e; } path { stroke: #8b949e; } .end { fill: #8b949e; } }`;
