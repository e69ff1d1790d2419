import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { callbackify } from 'node:util';

/** Addresses are refreshed after this time, milliseconds: CoreDNS gives a Service's addresses the same time to live. */
const freshMs = 5_000;

export type Lookup = (name: string, options: { family?: number; hints?: number }) => Promise<LookupAddress[]>;

interface Cached {
  readonly addresses: LookupAddress[];
  readonly at: number;
}

const systemLookup: Lookup = (name, options) => lookup(name, { ...options, all: true });

/**
 * DNS cache: refreshes in the background after 5 s, and serves stale addresses while DNS is down (RFC 8767), until DNS
 * reports that the name does not exist. Node has no such cache: each new connection would wait for DNS, a second more
 * if a packet is lost, and without DNS no connection could be opened.
 */
export class Resolver {
  readonly #cache = new Map<string, Cached>();
  readonly #pending = new Map<string, Promise<LookupAddress[]>>();
  readonly #lookup: Lookup;
  readonly #now: () => number;

  constructor(lookup = systemLookup, now = () => performance.now()) {
    this.#lookup = lookup;
    this.#now = now;
  }

  /** In the form that sockets expect. */
  readonly lookup: LookupFunction = (name, { family, hints, all }, callback) => {
    const options = { ...(typeof family === 'number' && { family }), ...(hints !== undefined && { hints }) };
    this.#resolve(name, options, (error, addresses) => {
      const [{ address, family: its } = { address: '', family: 0 }] = addresses ?? [];
      if (error) callback(error, '');
      else if (all) callback(null, addresses);
      else callback(null, address, its);
    });
  };

  readonly #resolve = callbackify((name: string, options: Parameters<Lookup>[1]) =>
    this.#addressesOf(name, options),
  );

  async #addressesOf(name: string, options: Parameters<Lookup>[1]): Promise<LookupAddress[]> {
    const key = `${name} ${options.family} ${options.hints}`;
    const known = this.#cache.get(key);
    if (known === undefined) return this.#refresh(key, name, options);
    if (this.#now() - known.at > freshMs) void this.#refresh(key, name, options).catch(() => undefined);
    return known.addresses;
  }

  /** One lookup at a time for each name. */
  #refresh(key: string, name: string, options: Parameters<Lookup>[1]): Promise<LookupAddress[]> {
    let pending = this.#pending.get(key);
    if (pending === undefined) {
      pending = this.#lookUp(key, name, options).finally(() => this.#pending.delete(key));
      this.#pending.set(key, pending);
    }
    return pending;
  }

  async #lookUp(key: string, name: string, options: Parameters<Lookup>[1]): Promise<LookupAddress[]> {
    try {
      const addresses = await this.#lookup(name, options);
      this.#cache.set(key, { addresses, at: this.#now() });
      return addresses;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOTFOUND') this.#cache.delete(key);
      throw error;
    }
  }
}
