import { parseOptions, UsageError } from '../../scripts/support/command-line.ts';

export const usage = `Runs the e2e tests against a running shop.

  npm run e2e                          a fresh laptop mode, started for this and stopped afterwards
  npm run e2e -- --target kind         the kind cluster "shop", at https://localhost:8443
  npm run e2e -- --url https://…       any shop; tests that stop a service are not run
  npm run e2e -- … fallback paging     only the files whose names contain one of the words

Where writes need a token, it is taken from the variable SHOP_TOKEN. The results are also in reports/e2e-<target>.json.
`;

export interface Options {
  readonly target: 'laptop' | 'kind' | 'url';
  readonly url?: string;
  /** Parts of file names. */
  readonly only: readonly string[];
}

/** @throws {UsageError} */
export function readOptions(args: readonly string[]): Options | 'help' {
  const { values, positionals } = parse(args);
  if (values.help) return 'help';
  const { url, target = url === undefined ? 'laptop' : 'url' } = values;
  if (url !== undefined && values.target !== undefined)
    throw new UsageError('Give --target or --url, not both: a URL is another kind of target.');
  if (url !== undefined && !/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
    throw new UsageError(`--url must be an address such as https://shop.example, not "${url}".`);
  if (target === 'url') {
    if (url === undefined) throw new UsageError('--target url needs an address: use --url alone.');
    return { target, url, only: positionals };
  }
  if (target !== 'laptop' && target !== 'kind')
    throw new UsageError(`--target must be laptop or kind, not "${target}".`);
  return { target, only: positionals };
}

const parse = (args: readonly string[]) =>
  parseOptions(
    {
      args: [...args],
      allowPositionals: true,
      options: { target: { type: 'string' }, url: { type: 'string' }, help: { type: 'boolean' } },
    },
    usage,
  );
