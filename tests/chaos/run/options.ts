import { parseOptions, UsageError, wholeNumber } from '../../../scripts/support/command-line.ts';
import { loadDefaults } from '../load/load.ts';

export const usage = `Breaks the shop on kind while clients use it, and reports what they saw.

  npm run chaos                          every fault, one after the other
  npm run chaos -- pod-kill node-drain   these; the report keeps the others' last results
  npm run chaos -- --list                what there is
  npm run chaos -- --short               a selection with shorter times, under 10 minutes
  npm run chaos -- --broken              broken variants of the shop, each of which must turn its fault's test red
  npm run chaos -- --docs                the last run's figures into docs/failure-modes.md
  npm run chaos -- --scenario FILE --seed N   a mixed hour, replayed in minutes

  --rate N       requests a second (${loadDefaults.perSecond}, and half of it where the processors are too busy)
  --clients N    clients, each with its own connections (${loadDefaults.clients})
  --seed N       the same requests and choices again (a new one each time)
  --url URL      the shop's address (default: that of npm run up)
  --times N      so many runs of it in a row (1)

The reports are reports/chaos.json, reports/chaos.html and every request in reports/chaos/<fault>.ndjson.
Writes present the token that npm run up has made, or that of SHOP_TOKEN.
`;

export interface Options {
  /** Empty: all. */
  readonly faults: readonly string[];
  readonly list: boolean;
  readonly docs: boolean;
  readonly short: boolean;
  readonly broken: boolean;
  readonly scenario: string | undefined;
  readonly perSecond: number;
  /** Whether the rate was given: then it is kept on any machine. */
  readonly keepsRate: boolean;
  readonly clients: number;
  readonly seed: number;
  readonly times: number;
  readonly url: string | undefined;
}

/** @throws {UsageError} */
export function readOptions(args: readonly string[], known: readonly string[]): Options | 'help' {
  const { values, positionals } = parse(args);
  if (values.help) return 'help';
  const unknown = positionals.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new UsageError(
      `There is no fault ${unknown.join(', ')}. npm run chaos -- --list shows those there are.`,
    );
  if (values.url !== undefined && !/^https?:$/.test(URL.parse(values.url)?.protocol ?? ''))
    throw new UsageError(`--url must be an address such as https://localhost:8443, not "${values.url}".`);
  if (values.scenario !== undefined && positionals.length > 0)
    throw new UsageError('--scenario says itself which faults there are: name none beside it.');
  return {
    faults: positionals,
    list: values.list,
    docs: values.docs,
    short: values.short,
    broken: values.broken,
    scenario: values.scenario,
    perSecond: wholeNumber('--rate', values.rate, loadDefaults.perSecond),
    keepsRate: values.rate !== undefined,
    clients: wholeNumber('--clients', values.clients, loadDefaults.clients),
    seed: wholeNumber('--seed', values.seed, Math.floor(Math.random() * 1_000_000) + 1),
    times: wholeNumber('--times', values.times, 1),
    url: values.url,
  };
}

const parse = (args: readonly string[]) =>
  parseOptions(
    {
      args: [...args],
      allowPositionals: true,
      options: {
        list: { type: 'boolean', default: false },
        docs: { type: 'boolean', default: false },
        short: { type: 'boolean', default: false },
        broken: { type: 'boolean', default: false },
        scenario: { type: 'string' },
        rate: { type: 'string' },
        clients: { type: 'string' },
        seed: { type: 'string' },
        times: { type: 'string' },
        url: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    },
    usage,
  );
