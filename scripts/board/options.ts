import { parseOptions, UsageError } from '../support/command-line.ts';
import { resolve } from 'node:path';
import { defaultDataDir } from '../laptop/options.ts';

export interface Options {
  /** Absent: the one that runs. */
  readonly target?: 'laptop' | 'kind';
  /** 0: any free port. */
  readonly port: number;
  /** `port` was requested: another one will not do. */
  readonly portRequired: boolean;
  /** Of the laptop mode, absolute. */
  readonly dataDir: string;
  /** Where all messages to the page are written to, absolute. */
  readonly record?: string;
  /** A recording to show instead of a shop; absolute path. */
  readonly replay?: string;
  /** Undoes what boards that were killed have left broken, and nothing else. */
  readonly undo: boolean;
  /** Another program prints the address. */
  readonly quiet: boolean;
}

export const usage = `Shows the shop at work in a browser: what runs, breakers, traffic, and what happens when it breaks.

  npm run board -- [--target laptop|kind] [--port PORT]

  --target laptop|kind  the shop of npm start, or that of npm run up; default: the one that runs
  --port PORT           default 8090, or any free port if that is taken; 127.0.0.1 only
  --data-dir DIRECTORY  the one npm start was given; default .shop, or the variable SHOP_DATA_DIR
  --record FILE         writes all that the page shows to FILE (NDJSON)
  --replay FILE         shows such a file, without a shop
  --undo                only undoes what a board, or npm run chaos, has left broken as it was killed
  --help                this text

npm start serves the board, too. What was broken from the page is undone when the page is closed or this program ends; when
it is killed, the next board undoes it.
`;

/** @throws {UsageError} */
export function readOptions(args: readonly string[], env: NodeJS.ProcessEnv): Options | 'help' {
  const { values } = parse(args);
  if (values.help) return 'help';
  const { target, port = '8090', record, replay } = values;
  if (target !== undefined && target !== 'laptop' && target !== 'kind')
    throw new UsageError(`--target must be laptop or kind, not "${target}".`);
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    throw new UsageError(`--port must be a port number from 0 to 65535, not "${port}".`);
  if (replay !== undefined && (record !== undefined || target !== undefined))
    throw new UsageError('--replay shows a file and no shop: leave out --target and --record.');
  if (values.undo && (replay !== undefined || record !== undefined))
    throw new UsageError('--undo shows nothing: leave out --replay and --record.');
  const dataDir = values['data-dir'];
  return {
    ...(target === undefined ? {} : { target }),
    port: Number(port),
    portRequired: values.port !== undefined,
    dataDir: dataDir ? resolve(dataDir) : defaultDataDir(env),
    ...(record === undefined ? {} : { record: resolve(record) }),
    ...(replay === undefined ? {} : { replay: resolve(replay) }),
    undo: values.undo ?? false,
    quiet: values.quiet ?? false,
  };
}

const parse = (args: readonly string[]) =>
  parseOptions(
    {
      args: [...args],
      options: {
        target: { type: 'string' },
        port: { type: 'string' },
        'data-dir': { type: 'string' },
        record: { type: 'string' },
        replay: { type: 'string' },
        undo: { type: 'boolean' },
        quiet: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    },
    usage,
  );
