import { createContext } from 'preact';
import { useContext, useLayoutEffect, useReducer, useRef } from 'preact/hooks';
import { Shown } from './connection.ts';

export const ShownContext = createContext(new Shown());

/**
 * What a part of the page shows. The part is drawn again only when this has changed, not when anything has: with 300
 * pods this is a tenth of the work (bench/board.ts).
 * @param pick is called often, so it has to be fast.
 * @param isSame compares two results; entities that have not changed are the same objects.
 */
export function useShown<T>(pick: (shown: Shown) => T, isSame: (a: T, b: T) => boolean = Object.is): T {
  const shown = useContext(ShownContext);
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const picked = pick(shown);
  const latest = useRef({ pick, picked });
  latest.current = { pick, picked };
  useLayoutEffect(
    () =>
      shown.listen(() => {
        if (!isSame(latest.current.pick(shown), latest.current.picked)) redraw(undefined);
      }),
    [shown],
  );
  return picked;
}

/** Lists of the same elements. */
export const sameList = <T>(a: readonly T[], b: readonly T[]): boolean =>
  a.length === b.length && a.every((one, index) => one === b[index]);

/** Compares objects whose members are lists. */
export const sameLists = <T extends Readonly<Record<string, readonly unknown[]>>>(a: T, b: T): boolean =>
  Object.keys(a).every((key) => sameList(a[key] ?? [], b[key] ?? []));

/** Compares small results that are made again each time. */
export const sameContent = <T>(a: T, b: T): boolean => JSON.stringify(a) === JSON.stringify(b);
