import type { Fault, LineFinder, ShopAddress } from '@shop/board';

/** A shop that can be watched and broken. */
export interface Source {
  readonly address: ShopAddress;
  readonly faults: readonly Fault[];
  readonly lines: LineFinder;
  close(): Promise<void>;
}
