/** The laptop mode from start to end, without the process around it. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { seed } from '../seed/seed.ts';
import { SetUpError } from '../support/command-line.ts';
import { curlHints } from '../support/hints.ts';
import { services } from '../support/services.ts';
import { commandHandler } from './commands.ts';
import type { LaptopStatus } from './control-protocol.ts';
import { startControlServer } from './control-server.ts';
import { explaining, prepareDataDir } from './data-dir.ts';
import { restartEdited } from './edits.ts';
import type { Options } from './options.ts';
import { claimPorts, requireFree, type ClaimedPorts } from './ports.ts';
import type { ProgramOutput, Timing } from './program.ts';
import { defaultPorts, describeShop, missingBuilds } from './shop.ts';
import { SupervisedProgram } from './supervised.ts';
import { Supervisor } from './supervisor.ts';
import { Watchers } from './watchers.ts';
import { describeBoard } from './board.ts';

export interface Laptop {
  /** Resolves when the shop responds and has products. */
  start(): Promise<void>;
  stop(): Promise<void>;
  status(): LaptopStatus;
}

const timing: Timing = { readyWithinMs: 30_000, endWithinMs: 12_000 };
/** Where the code is being edited: a start that fails waits for the next edit, and readiness is seen sooner. */
const editTiming: Timing = { ...timing, failedStartWaits: true, pollMs: 15 };
const root = fileURLToPath(new URL('../../', import.meta.url));
/** How long programs may take to end once their supervisor was killed. */
const orphansEndWithinMs = 5_000;

/**
 * Claims the data directory and the ports; starts nothing yet.
 * @throws {SetUpError} {DataDirError} {AlreadyRunningError} {PortError}
 */
export async function prepareLaptop(options: Options, output: ProgramOutput): Promise<Laptop> {
  const { port, tokenFile, board } = options;
  const missing = missingBuilds();
  if (missing.length > 0)
    throw new SetUpError(`Not built yet: ${missing.join(', ')}. Build first: npm run build`);

  const dataDir = prepareDataDir(options.dataDir);
  let ready = false;
  let status: () => LaptopStatus = () => ({ url: '', dataDir, ready: false, programs: [] });
  const watchers = new Watchers(() => status());
  let handle: ReturnType<typeof commandHandler> | undefined;
  const control = await startControlServer(
    dataDir,
    (request) =>
      handle ? handle(request) : Promise.reject(new Error('The shop is only just starting. Try again.')),
    undefined,
    (watcher) => watchers.add(watcher),
  );
  let claimed: ClaimedPorts<'front-door' | 'board'> | undefined;
  try {
    await requireFree(port, control.predecessorWasKilled ? orphansEndWithinMs : 0);
    if (board?.required) await requireFree(board.port);
    claimed = await claimPorts(
      { 'front-door': port, ...defaultPorts, board: board?.port ?? 0 },
      board?.required ? ['front-door', 'board'] : ['front-door'],
    );
    const { ports } = claimed;
    const page = board && describeBoard({ port: ports.board, dataDir });
    const boardUrl = page && new URL('/', page.url).href;
    const shop = explaining(dataDir, () => describeShop(ports, { ...options, dataDir, boardUrl }));
    const supervisor = new Supervisor(
      shop.stages,
      watchers.listening(output),
      options.watch ? editTiming : timing,
    );
    supervisor.onChange(() => watchers.changed());
    const boardProgram = page && new SupervisedProgram(page.program, output, timing);
    const url = `http://localhost:${ports['front-door']}`;
    status = () => ({
      url,
      dataDir,
      ...(tokenFile === undefined ? {} : { tokenFile }),
      ready,
      ...(page === undefined ? {} : { boardUrl: page.url }),
      programs: supervisor.status.map((program) => ({ ...program, adminUrl: shop.adminUrl(program.name) })),
    });
    handle = commandHandler(supervisor, status);
    const edited = shop.stages
      .flat()
      .flatMap(({ name, app }) => (app === undefined ? [] : [{ program: supervisor.program(name), app }]));
    const stopping = new AbortController();
    let following: Promise<void> | undefined;
    return {
      status: () => status(),
      async start() {
        await supervisor.start();
        const [token] = tokenFile === undefined ? [] : readFileSync(tokenFile, 'utf8').trim().split('\n');
        await seed(url, token === undefined ? {} : { token });
        ready = true;
        watchers.changed();
        // Started last, so that it does not delay the opening of the shop.
        boardProgram
          ?.start()
          .catch((error: Error) => output.remark('board', `${error.message}; the shop does without it`));
        if (options.watch)
          following = restartEdited(root, edited, output, stopping.signal).catch((error: Error) =>
            output.remark('dev', `edits are not followed: ${error.message}`),
          );
      },
      async stop() {
        stopping.abort();
        await following;
        // First, as it repairs what it has broken through the supervisor.
        await boardProgram?.stop();
        await supervisor.stop();
        watchers.close();
        await control.close();
        await claimed?.release();
      },
    };
  } catch (error) {
    await control.close();
    await claimed?.release();
    throw error;
  }
}

/** What to show once the shop is up. */
export function welcome(
  { url, dataDir, tokenFile, boardUrl, programs }: LaptopStatus,
  { watch }: Pick<Options, 'watch'>,
): string {
  return `
The shop is open: ${url}
${boardUrl === undefined ? '' : `See it work:      ${boardUrl}\n`}
${curlHints(url, { token: tokenFile !== undefined })
  .map((line) => `  ${line}`)
  .join('\n')}

  documentation  ${services.map((service) => `${url}/${service}/docs`).join('  ')}  (${url} has all links)
  break it       npm run shop -- scale user 0   (in another terminal; then request a product again)
  what runs      npm run shop -- status         (${programs.length} programs)
  data           ${dataDir}
  writes         ${
    tokenFile === undefined
      ? 'need no token, as only this machine gets here; npm start -- --token-file FILE requires one'
      : `need a token: export SHOP_TOKEN=$(head -n 1 ${tokenFile})`
  }
${watch ? `\n  edits          in apps/ and packages/ are compiled and run as you save them` : ''}

Ctrl-C stops it.
`;
}
