import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { callbackify } from 'node:util';

/** Until an answer is asked for anew, milliseconds: CoreDNS lets what it says of a Service count for as long. */
const freshMs = 5_000;

export type Ask = (name: string, options: { family?: number; hints?: number }) => Promise<LookupAddress[]>;

interface Answer {
  readonly addresses: LookupAddress[];
  readonly at: number;
}

const askSystem: Ask = (name, options) => lookup(name, { ...options, all: true });

/**
 * Name resolution with a memory, which Node has none of: without it each new connection waits for DNS, a lost packet is a
 * second of that, and when DNS is gone there is no new connection. An answer is given again at once and, when it is
 * older than five seconds, renewed behind it; it counts for as long as DNS does not answer (RFC 8767), and no longer
 * once DNS says that there is no such name.
 */
export class Resolver {
  readonly #answers = new Map<string, Answer>();
  readonly #asked = new Map<string, Promise<LookupAddress[]>>();
  readonly #ask: Ask;
  readonly #now: () => number;

  constructor(ask = askSystem, now = () => performance.now()) {
    this.#ask = ask;
    this.#now = now;
  }

  /** As sockets take it. */
  readonly lookup: LookupFunction = (name, { family, hints, all }, callback) => {
    const options = { ...(typeof family === 'number' && { family }), ...(hints !== undefined && { hints }) };
    this.#answer(name, options, (error, addresses) => {
      const [{ address, family: its } = { address: '', family: 0 }] = addresses ?? [];
      if (error) callback(error, '');
      else if (all) callback(null, addresses);
      else callback(null, address, its);
    });
  };

  readonly #answer = callbackify((name: string, options: Parameters<Ask>[1]) =>
    this.#addressesOf(name, options),
  );

  async #addressesOf(name: string, options: Parameters<Ask>[1]): Promise<LookupAddress[]> {
    const key = `${name} ${options.family} ${options.hints}`;
    const known = this.#answers.get(key);
    if (known === undefined) return this.#renew(key, name, options);
    if (this.#now() - known.at > freshMs) void this.#renew(key, name, options).catch(() => undefined);
    return known.addresses;
  }

  /** One question at a time, whoever wants to know. */
  #renew(key: string, name: string, options: Parameters<Ask>[1]): Promise<LookupAddress[]> {
    let asked = this.#asked.get(key);
    if (asked === undefined) {
      asked = this.#learn(key, name, options).finally(() => this.#asked.delete(key));
      this.#asked.set(key, asked);
    }
    return asked;
  }

  async #learn(key: string, name: string, options: Parameters<Ask>[1]): Promise<LookupAddress[]> {
    try {
      const addresses = await this.#ask(name, options);
      this.#answers.set(key, { addresses, at: this.#now() });
      return addresses;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOTFOUND') this.#answers.delete(key);
      throw error;
    }
  }
}
