/** `npm run shop -- …`: looks at, scales and breaks the shop that `npm start` runs in another terminal. */
import { table } from '@shop/testing/report';
import { exitCodeOf, parseOptions, UsageError } from '../support/command-line.ts';
import { askSupervisor, NoAnswerError, NotRunningError, RefusedError } from './control-client.ts';
import type { ControlRequest, LaptopStatus } from './control-protocol.ts';
import { defaultDataDir } from './options.ts';
import { resolve } from 'node:path';

const usage = `Talks to the shop that npm start runs in another terminal.

  npm run shop -- status               what runs, and where
  npm run shop -- scale PROGRAM 0|1    stop a program, or start it again, e.g. scale user 0
  npm run shop -- kill PROGRAM         end it as a crash would; the supervisor starts it again
  npm run shop -- logs PROGRAM         the last lines it wrote

  --data-dir DIRECTORY  the one npm start was given; default .shop, or the variable SHOP_DATA_DIR
  --json                with status: for programs

Programs: user, product, user-ambassador, product-ambassador, front-door.
`;

const parse = (args: readonly string[]) =>
  parseOptions(
    {
      args: [...args],
      allowPositionals: true,
      options: { 'data-dir': { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean' } },
    },
    usage,
  );

/** @throws {UsageError} */
function toRequest(words: readonly string[]): ControlRequest {
  const [command, program, replicas] = words;
  if (command === 'status' && words.length === 1) return { command };
  if ((command === 'kill' || command === 'logs') && program && words.length === 2)
    return { command, program };
  if (command === 'scale' && program && replicas && /^\d+$/.test(replicas) && words.length === 3)
    return { command, program, replicas: Number(replicas) };
  throw new UsageError(usage);
}

function describe({ url, dataDir, boardUrl, programs }: LaptopStatus): string {
  const rows = programs.map(({ name, state, pid, restarts, adminUrl }) => [
    name,
    state,
    String(pid ?? '-'),
    String(restarts),
    adminUrl,
  ]);
  const head = ['PROGRAM', 'STATE', 'PID', 'RESTARTS', 'ADMIN PORT'];
  const board = boardUrl === undefined ? [] : [`The board is at ${boardUrl}`];
  return [
    `The shop is at ${url}, its data in ${dataDir}.`,
    ...board,
    '',
    table([head, ...rows], { gap: '   ' }),
  ].join('\n');
}

async function main(): Promise<void> {
  const { values, positionals } = parse(process.argv.slice(2));
  if (values.help) return void process.stdout.write(usage);
  const request = toRequest(positionals);
  const dataDir = values['data-dir'] ? resolve(values['data-dir']) : defaultDataDir(process.env);
  const { lines, status } = await askSupervisor(dataDir, request);
  const text =
    request.command !== 'status' ? lines.join('\n') : values.json ? JSON.stringify(status) : describe(status);
  process.stdout.write(`${text}\n`);
}

try {
  await main();
} catch (error) {
  const expected = [UsageError, NotRunningError, NoAnswerError, RefusedError];
  if (!(error instanceof Error) || !expected.some((type) => error instanceof type)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = exitCodeOf(error);
}
