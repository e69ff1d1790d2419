import { parseOptions, UsageError } from '../../scripts/support/command-line.ts';

export const defaultSeed = 1;

export const usage = `Tries the services against their own OpenAPI documents with schemathesis, all checks on.

  npm run test:contract                    a fresh laptop mode, started for this and stopped afterwards
  npm run test:contract -- --target kind   the kind cluster "shop", through the Ingress with TLS and its write token
  npm run test:contract -- --url URL       any shop; SHOP_TOKEN is its write token, if it needs one

  --seed N   other requests; the same ones again with the same N (${defaultSeed})

A shop that was not started for this gets back what it held before: what was created meanwhile is deleted, what was
changed or deleted is put back. The report is reports/contract-<target>.json, the details are in reports/contract/.
Needs Python 3.11 or newer (PYTHON names another one than python3); schemathesis is installed under .shop/.
`;

export interface Options {
  readonly target: 'laptop' | 'kind' | 'url';
  readonly url?: string;
  readonly seed: number;
}

/** @throws {UsageError} */
export function readOptions(args: readonly string[]): Options | 'help' {
  const values = parse(args);
  if (values.help) return 'help';
  const seed = values.seed ?? String(defaultSeed);
  if (!/^[0-9]{1,9}$/.test(seed)) throw new UsageError(`--seed must be a whole number, not "${seed}".`);
  const { url, target = url === undefined ? 'laptop' : 'url' } = values;
  if (url === undefined) {
    if (target === 'laptop' || target === 'kind') return { target, seed: Number(seed) };
    throw new UsageError(`--target must be laptop or kind, not "${target}".`);
  }
  if (values.target !== undefined)
    throw new UsageError('Give --target or --url, not both: a URL is another kind of target.');
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
    throw new UsageError(`--url must be an address such as https://shop.example, not "${url}".`);
  return { target: 'url', url, seed: Number(seed) };
}

const parse = (args: readonly string[]) =>
  parseOptions(
    {
      args: [...args],
      options: {
        target: { type: 'string' },
        url: { type: 'string' },
        seed: { type: 'string' },
        help: { type: 'boolean' },
      },
    },
    usage,
  ).values;
