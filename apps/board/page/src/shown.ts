import { createContext } from 'preact';
import { useContext, useLayoutEffect, useReducer, useRef } from 'preact/hooks';
import { Shown } from './connection.ts';

export const ShownContext = createContext(new Shown());

/**
 * What a part of the page shows. It is drawn again when that has changed, and not whenever anything has: with 300 pods
 * this is a tenth of the work (bench/board.ts).
 * @param pick is called often: it has to be quick.
 * @param isSame of two results; entities that have not changed are the same objects.
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

/** Objects of which each member is the same list. */
export const sameLists = <T extends Readonly<Record<string, readonly unknown[]>>>(a: T, b: T): boolean =>
  Object.keys(a).every((key) => sameList(a[key] ?? [], b[key] ?? []));

/** Small results that are made again each time. */
export const sameContent = <T>(a: T, b: T): boolean => JSON.stringify(a) === JSON.stringify(b);
