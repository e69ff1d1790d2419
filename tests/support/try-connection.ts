import { kubectl } from '../../scripts/kind/kubectl.ts';

/** A container with Node; without its name the pod's first. */
export type Place = readonly [namespace: string, object: string, container?: string];

export interface Attempt {
  readonly host: string;
  readonly port: number;
  /** How long to wait for a response, with name resolution. */
  readonly patienceMs: number;
}

/** Where the response must not come. */
export const briefMs = 2_000;
/** Where it must: a packet may have to be sent again. */
export const patientMs = 10_000;

const connectAll = `
  const connect = ({ host, port, patienceMs }) => new Promise((resolve) => {
    const socket = require('node:net').connect({ host, port, timeout: patienceMs });
    socket.on('connect', () => resolve('open'));
    socket.on('timeout', () => resolve('no response')).on('error', (error) => resolve(error.code));
  });
  Promise.all(JSON.parse(process.argv[1]).map(connect)).then((came) => {
    console.log(JSON.stringify(came));
    process.exit();
  });
`;

/**
 * Tries TCP connections from a container, all at once: most of an attempt is starting Node there, and waiting.
 * @returns for each `open`, or why not. A dropped packet gets no reaction, hence `no response`.
 */
export async function tryConnections(
  [namespace, object, container]: Place,
  attempts: readonly Attempt[],
): Promise<readonly string[]> {
  const where = container === undefined ? [object] : [object, '--container', container];
  const command = ['node', '--eval', connectAll, JSON.stringify(attempts)];
  const came = await kubectl(['--namespace', namespace, 'exec', ...where, '--', ...command]);
  return JSON.parse(came) as string[];
}

/** From which source to which destination, and port. */
export type Row<Source extends string, Destination extends string = string> = readonly [
  source: Source,
  destination: Destination,
  port: number,
];

/** What came of attempts that are allowed or forbidden. */
export class Connections<Source extends string, Destination extends string = string> {
  readonly #came = new Map<string, string>();

  /**
   * Tries them, from each source once.
   * @param where.addressOf the host to connect to.
   */
  async try(
    rows: {
      readonly allowed: readonly Row<Source, Destination>[];
      readonly forbidden: readonly Row<Source, Destination>[];
    },
    where: {
      readonly sources: Readonly<Record<Source, Place>>;
      readonly addressOf: (destination: Destination) => string;
    },
  ): Promise<void> {
    const all = [
      ...rows.allowed.map((row) => ({ row, patienceMs: patientMs })),
      ...rows.forbidden.map((row) => ({ row, patienceMs: briefMs })),
    ];
    const bySource = Map.groupBy(all, ({ row: [source] }) => source);
    await Promise.all(
      [...bySource].map(async ([source, own]) => {
        const attempts = own.map(({ row: [, destination, port], patienceMs }) => ({
          host: where.addressOf(destination),
          port,
          patienceMs,
        }));
        const came = await tryConnections(where.sources[source], attempts);
        for (const [index, { row }] of own.entries()) this.#came.set(row.join(), came[index] ?? 'not tried');
      }),
    );
  }

  /** @returns `open`, or why not. @throws when it was not tried. */
  of(...row: Row<Source, Destination>): string {
    const came = this.#came.get(row.join());
    if (came === undefined) throw new Error(`not tried: from ${row.join(', ')}`);
    return came;
  }
}
