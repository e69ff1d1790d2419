/** A ledger of writes: what the shop has acknowledged, and must therefore still return later. */

/** A product as far as the ledger looks at it. */
export interface Entry {
  readonly id: string;
  readonly sku: string;
  readonly version: number;
  readonly stock: number;
}

/**
 * A write without a response, or with a server error as its response: it may have been applied, or may still be
 * applied.
 */
type Unknown = { readonly kind: 'patch'; readonly stock: number } | { readonly kind: 'delete' };

/** A product of ours. At most one write to it is in flight at a time, so that its history is known. */
export interface Good {
  readonly id: string;
  readonly sku: string;
  /** Last acknowledged. */
  version: number;
  stock: number;
  etag: string;
  state: 'free' | 'being-written' | 'uncertain' | 'deleted';
  unknown?: Unknown;
}

export interface Violation {
  /** `lost`: acknowledged and gone; `twice`: applied more often than requested; `backwards`: an older version was shown. */
  readonly kind: 'lost' | 'twice' | 'backwards';
  readonly what: string;
}

export class Ledger {
  readonly #goods = new Map<string, Good>();
  /** Creations without an acknowledgement, by SKU. */
  readonly #uncertainCreations = new Set<string>();
  readonly violations: Violation[] = [];
  acknowledged = 0;
  unknown = 0;

  get size(): number {
    return this.#goods.size;
  }

  /** Those that may be read: all but the deleted. */
  readable(): Good[] {
    return [...this.#goods.values()].filter(({ state }) => state !== 'deleted');
  }

  /** Those without a write in flight and whose state is certain. */
  writable(): Good[] {
    return [...this.#goods.values()].filter(({ state }) => state === 'free');
  }

  created(sku: string, entry: Entry, etag: string): void {
    this.acknowledged += 1;
    if (entry.version !== 1) this.#violate('twice', `${sku} was created with version ${entry.version}`);
    this.#goods.set(entry.id, { ...entry, sku, etag, state: 'free' });
  }

  /** A creation got no response. */
  creationUnknown(sku: string): void {
    this.unknown += 1;
    this.#uncertainCreations.add(sku);
  }

  patched(good: Good, entry: Entry, etag: string): void {
    this.acknowledged += 1;
    if (entry.version !== good.version + 1) {
      const kind = entry.version <= good.version ? 'backwards' : 'twice';
      this.#violate(
        kind,
        `${good.sku} went from version ${good.version} to ${entry.version} with one change`,
      );
    }
    Object.assign(good, { version: entry.version, stock: entry.stock, etag, state: 'free' });
  }

  deleted(good: Good): void {
    this.acknowledged += 1;
    good.state = 'deleted';
  }

  /** The response to a write did not come, or was a 5xx: the product is left alone from now on. */
  writeUnknown(good: Good, unknown: Unknown): void {
    this.unknown += 1;
    good.unknown = unknown;
    good.state = 'uncertain';
  }

  /** The write was refused before anything was done: as if it had not been sent. */
  refused(good: Good): void {
    good.state = 'free';
  }

  /**
   * A condition that only our own writes can break was not met: it is gone, or a write was applied twice.
   * @param status 404, 409 or 412.
   */
  conflicted(good: Good, status: number): void {
    const kind = status === 404 ? 'lost' : 'twice';
    this.#violate(kind, `${good.sku}: a change of version ${good.version} was answered ${status}`);
    good.state = 'uncertain';
    good.unknown = { kind: 'delete' };
  }

  /**
   * Takes note of what a read has shown.
   * @param versionWhenAsked the acknowledged version at the time when the request was sent.
   */
  seen(good: Good, versionWhenAsked: number, entry: Entry): void {
    if (entry.version < versionWhenAsked)
      this.#violate(
        'backwards',
        `${good.sku}: version ${entry.version} was read after ${versionWhenAsked} had been acknowledged`,
      );
    const { unknown } = good;
    if (good.state !== 'uncertain' || unknown?.kind !== 'patch') return;
    if (entry.version !== good.version + 1 || entry.stock !== unknown.stock) return;
    // The write was applied after all. Its ETag is not known from this response, so it is not written to again.
    Object.assign(good, { version: entry.version, stock: entry.stock });
    delete good.unknown;
  }

  /** A read has not found the product. */
  missing(good: Good): void {
    if (good.state === 'free') this.#violate('lost', `${good.sku} was acknowledged and is not found`);
  }

  /**
   * Compares the whole book with all that the shop holds in the end.
   * @param found every product of our seller; some may be listed more than once, which is a violation.
   */
  audit(found: readonly Entry[]): void {
    const bySku = new Map<string, Entry>();
    for (const entry of found) {
      if (bySku.has(entry.sku)) this.#violate('twice', `${entry.sku} is there more than once`);
      bySku.set(entry.sku, entry);
    }
    for (const good of this.#goods.values()) {
      this.#auditGood(good, bySku.get(good.sku));
      bySku.delete(good.sku);
    }
    for (const sku of bySku.keys())
      if (!this.#uncertainCreations.has(sku))
        this.#violate('twice', `${sku} is there and no request created it`);
  }

  #auditGood(good: Good, found: Entry | undefined): void {
    const { sku, version, stock, unknown } = good;
    if (good.state === 'deleted') {
      if (found) this.#violate('lost', `the deletion of ${sku} was acknowledged and it is there`);
      return;
    }
    if (!found) {
      if (unknown?.kind !== 'delete') this.#violate('lost', `${sku} was acknowledged and is gone`);
      return;
    }
    if (found.version === version && found.stock === stock) return;
    const done = unknown?.kind === 'patch' && found.version === version + 1 && found.stock === unknown.stock;
    if (done || unknown?.kind === 'delete') return;
    const kind = found.version < version ? 'lost' : 'twice';
    this.#violate(
      kind,
      `${sku}: acknowledged was version ${version} with stock ${stock}, found is ${found.version} with ${found.stock}`,
    );
  }

  #violate(kind: Violation['kind'], what: string): void {
    this.violations.push({ kind, what });
  }
}
