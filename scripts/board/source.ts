import type { Fault, LineFinder, ShopAddress } from '@shop/board';

/** A shop that can be watched and broken. */
export interface Source {
  readonly address: ShopAddress;
  readonly faults: readonly Fault[];
  /** Faults would disturb one another: each waits for states that another one changes. */
  readonly oneFaultAtATime: boolean;
  readonly lines: LineFinder;
  close(): Promise<void>;
}
