/** A state of the automaton that combines all redaction paths: the current place inside a line. */
export interface RedactState {
  /** The current value has to be redacted. */
  readonly redact: boolean;
  /** The keys that lead to another state, in lower case. */
  readonly keys: readonly RedactKey[];
  /** Where any other key, and any element of an array, leads; undefined when nothing below can be redacted. */
  readonly other: RedactState | undefined;
}

interface RedactKey {
  readonly bytes: Uint8Array;
  readonly next: RedactState | undefined;
}

/** Names joined by dots; `*` is any one key or element, `**` any number of them, and a path ends in a name or `*`. */
export const redactPathPattern = /^(?:(?:\*\*|\*|[^\s.*]+)\.)*(?:\*|[^\s.*]+)$/;

/** The rest of one path. */
type Rest = readonly string[];

/**
 * Compiles paths such as `headers.authorization`, `*.email` and `**.password` so that a scanner follows all of them
 * with one step for each key. ASCII case does not matter, because header names come in any.
 * @returns undefined when there is no path.
 */
export function compileRedactPaths(paths: readonly string[]): RedactState | undefined {
  const known = new Map<string, RedactState | undefined>();

  function stateOf(rests: readonly Rest[]): RedactState | undefined {
    const all = rests.flatMap(withSkippedLevels);
    const name = [...new Set(all.map((rest) => rest.join('.')))].sort().join(' ');
    if (known.has(name)) return known.get(name);
    if (all.length === 0) return undefined;
    if (all.some((rest) => rest.length === 0)) return { redact: true, keys: [], other: undefined };
    // Stored before it is complete, because `**` leads back to the same state.
    const state = { redact: false, keys: [] as RedactKey[], other: undefined as RedactState | undefined };
    known.set(name, state);
    const step = (key: string | undefined): RedactState | undefined =>
      stateOf(
        all.flatMap((rest) =>
          rest[0] === '**' ? [rest] : rest[0] === '*' || rest[0] === key ? [rest.slice(1)] : [],
        ),
      );
    const names = new Set(all.map((rest) => rest[0] ?? '').filter((segment) => !segment.startsWith('*')));
    for (const key of names) state.keys.push({ bytes: Buffer.from(key), next: step(key) });
    state.other = step(undefined);
    return state;
  }

  return stateOf(paths.map((path) => path.replace(/[A-Z]/g, (letter) => letter.toLowerCase()).split('.')));
}

/** `**` may match no level at all. */
function withSkippedLevels(rest: Rest): Rest[] {
  return rest[0] === '**' ? [rest, ...withSkippedLevels(rest.slice(1))] : [rest];
}
