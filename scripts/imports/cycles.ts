import type { Import } from './graph.ts';

/** Files and folders of one folder that import one another. */
export interface Cycle {
  /** Empty for the repository. */
  readonly folder: string;
  /** Names within it, a folder's with a slash at its end. */
  readonly members: readonly string[];
  /** One for each pair of members, as an example. */
  readonly imports: readonly Import[];
}

type Graph = Map<string, Map<string, Import[]>>;

/**
 * Finds cycles on every level: between the files and folders of each folder. `a/x.ts` → `b/y.ts` → `a/z.ts` is a cycle
 * of the folders a and b, though it is none of the three files.
 */
export function cyclesOf(imports: readonly Import[]): readonly Cycle[] {
  const graphs = new Map<string, Graph>();
  for (const one of imports) {
    const [from, to] = [one.from.split('/'), one.to.split('/')];
    const depth = from.findIndex((name, index) => name !== to[index]);
    if (depth === -1) continue;
    const graph = at(graphs, from.slice(0, depth).join('/'), () => new Map());
    const targets = at(graph, unitOf(from, depth), () => new Map<string, Import[]>());
    at<Import[]>(targets, unitOf(to, depth), () => []).push(one);
  }
  return [...graphs].flatMap(([folder, graph]) =>
    componentsOf(graph).map((members) => ({
      folder,
      members,
      imports: members.flatMap((from) =>
        members.flatMap((to) => graph.get(from)?.get(to)?.slice(0, 1) ?? []),
      ),
    })),
  );
}

const unitOf = (path: readonly string[], depth: number): string =>
  depth === path.length - 1 ? (path[depth] ?? '') : `${path[depth]}/`;

function at<V>(map: Map<string, V>, key: string, create: () => V): V {
  const value = map.get(key) ?? create();
  map.set(key, value);
  return value;
}

/** Strongly connected components of more than one node: Tarjan, Depth-first search and linear graph algorithms (1972). */
function componentsOf(graph: Graph): string[][] {
  const order = new Map<string, number>();
  const open: string[] = [];
  const found: string[][] = [];

  /** @returns the lowest number that can be reached from the node. */
  function visit(node: string): number {
    const number = order.size;
    order.set(node, number);
    open.push(node);
    let lowest = number;
    for (const next of graph.get(node)?.keys() ?? []) {
      if (!order.has(next)) lowest = Math.min(lowest, visit(next));
      else if (open.includes(next)) lowest = Math.min(lowest, order.get(next) ?? number);
    }
    if (lowest === number) {
      const component = open.splice(open.indexOf(node));
      if (component.length > 1) found.push(component.toSorted());
    }
    return lowest;
  }

  for (const node of graph.keys()) if (!order.has(node)) visit(node);
  return found;
}
