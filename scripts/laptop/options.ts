import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseOptions, UsageError } from '../support/command-line.ts';

export interface Options {
  /** The front door's port; 0: any free one. */
  readonly port: number;
  /** Absolute; holds the databases, the control socket and generated files. */
  readonly dataDir: string;
  /** Whether edits are compiled and run as they are saved. */
  readonly watch?: boolean;
  /** Absolute; the tokens that a write has to present, a line each. Absent: every user of this machine may write. */
  readonly tokenFile?: string;
  /** The board's port; absent: no board. `required`: this port or an error; otherwise any free port will do. */
  readonly board?: { readonly port: number; readonly required: boolean };
}

export const usage = `Runs the whole shop on this machine, without a cluster.

  npm start -- [--port PORT] [--data-dir DIRECTORY] [--no-board]

  --port PORT           where the shop answers; default 8080, or the variable SHOP_PORT; 0: any free port
  --data-dir DIRECTORY  where it keeps its databases; default .shop, or the variable SHOP_DATA_DIR
  --token-file FILE     writes need a bearer token, one of those in FILE, a line each; or the variable SHOP_TOKEN_FILE
  --board-port PORT     where the board shows it at work; default 8090, or any free port if that is taken
  --no-board            without the board
  --watch               compiles and runs what is edited, as npm run dev does
  --help                this text

Ctrl-C stops it; what was stored stays. From another terminal: npm run shop -- --help
`;

export const defaultDataDir = (env: NodeJS.ProcessEnv): string => resolve(env['SHOP_DATA_DIR'] || '.shop');

/** @throws {UsageError} */
export function readOptions(args: readonly string[], env: NodeJS.ProcessEnv): Options | 'help' {
  const { values } = parse(args);
  if (values.help) return 'help';
  const port = portNumber(
    values.port === undefined ? 'SHOP_PORT' : '--port',
    values.port ?? (env['SHOP_PORT'] || '8080'),
  );
  const boardPort = values['board-port'];
  const wanted = portNumber('--board-port', boardPort ?? '8090');
  const isTaken = wanted === port && port !== 0;
  if (isTaken && boardPort !== undefined)
    throw new UsageError(`--board-port must be another port than the shop's own, ${port}.`);
  const board = { port: isTaken ? 0 : wanted, required: boardPort !== undefined };
  const dataDir = values['data-dir'];
  const tokenFile = readTokenFile(values['token-file'] ?? env['SHOP_TOKEN_FILE']);
  return {
    port,
    dataDir: dataDir ? resolve(dataDir) : defaultDataDir(env),
    ...(values.watch === true ? { watch: true } : {}),
    ...tokenFile,
    ...(values['no-board'] ? {} : { board }),
  };
}

/** @throws {UsageError} */
function portNumber(source: string, text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new UsageError(`${source} must be a port number from 0 to 65535, not "${text}".`);
}

function readTokenFile(file: string | undefined): Pick<Options, 'tokenFile'> {
  if (!file) return {};
  const tokenFile = resolve(file);
  if (hasText(tokenFile)) return { tokenFile };
  throw new UsageError(
    `The token file ${tokenFile} is not there, empty or not readable. ` +
      `Make one: openssl rand -hex 24 > ${file}; chmod 600 ${file}`,
  );
}

function hasText(file: string): boolean {
  try {
    return readFileSync(file, 'utf8').trim() !== '';
  } catch {
    return false;
  }
}

const parse = (args: readonly string[]) =>
  parseOptions(
    {
      args: [...args],
      options: {
        port: { type: 'string' },
        'data-dir': { type: 'string' },
        'token-file': { type: 'string' },
        'board-port': { type: 'string' },
        'no-board': { type: 'boolean' },
        watch: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    },
    usage,
  );
