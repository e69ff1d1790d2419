/** `npm run board`, and what `npm start` runs beside the shop: serves the board until a signal ends it. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  Faults,
  readRecording,
  record,
  RecordingError,
  replay,
  Scene,
  startBoard,
  Traffic,
  type BoardParts,
  type Lessons,
} from '@shop/board';
import { NotRunningError } from '../laptop/control-client.ts';
import { choosePorts, PortError, requireFree } from '../laptop/ports.ts';
import { onSignalToEnd } from '../laptop/signals.ts';
import { exampleProductId } from '../seed/data.ts';
import { exitCodeOf, UsageError } from '../support/command-line.ts';
import { leftOnLaptop } from './laptop-faults.ts';
import { openLaptop } from './laptop-source.ts';
import { undoAll, undoOnPage } from './left.ts';
import { readOptions, usage, type Options } from './options.ts';
import type { Source } from './source.ts';

const say = (text: string): void => void process.stderr.write(`${text}\n`);

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options === 'help') return void process.stdout.write(usage);
  if (options.undo) return await undoOnly(options);
  const scene = new Scene();
  const endings: (() => Promise<void>)[] = [];
  const shown: Shown = options.replay === undefined ? await open(options, scene, endings) : { scene };
  const { lessonRunner, undoLeft, ...rest } = shown;
  const lessons = lessonsOf(root, lessonRunner);
  endings.unshift(() => lessons.close());
  const parts: BoardParts = { ...rest, lessons: () => lessons.open() };
  if (options.record !== undefined) endings.unshift(record(scene, options.record));
  if (options.replay !== undefined) {
    const ending = new AbortController();
    endings.push(async () => ending.abort());
    void replay(await readRecording(options.replay), scene, { signal: ending.signal });
  }
  const token = process.env['BOARD_TOKEN'] || randomBytes(24).toString('base64url');
  const board = await startBoard({ ...parts, port: await portFor(options), token });
  if (!options.quiet) say(`\nThe board: ${board.url}\n\nCtrl-C stops it.`);
  void undoLeft?.().catch((error: Error) => say(`What was left broken is not known: ${error.message}`));

  const stop = async () => {
    await board.close();
    for (const end of endings) await end();
    process.exit();
  };
  onSignalToEnd(
    () => void stop(),
    () => process.exit(1),
  );
}

/** Read at most once; a page that is wrong costs the lessons and nothing else. */
function lessonsOf(root: string, runnerFor: Source['lessonRunner']): LazyLessons {
  let opening: Promise<Lessons> | undefined;
  let opened: Lessons | undefined;
  const read = async () => {
    const { openLessons } = await import('./lessons.ts');
    return (opened = await openLessons(root, runnerFor));
  };
  return {
    open: () => (opening ??= read()),
    // Nothing runs before all of them have been read.
    close: async () => opened?.runner?.close(),
  };
}

interface LazyLessons {
  open(): Promise<Lessons>;
  close(): Promise<void>;
}

async function portFor({ port, portRequired }: Options): Promise<number> {
  if (portRequired) await requireFree(port);
  return (await choosePorts({ board: port })).board;
}

async function open(options: Options, scene: Scene, endings: (() => Promise<void>)[]): Promise<Shown> {
  const source = await openSource(options, scene);
  endings.push(() => source.close());
  const traffic = new Traffic(scene, source.address, exampleProductId);
  const faults = new Faults(scene, source.faults, traffic, {
    oneAtATime: source.oneFaultAtATime,
  });
  const { lines, lessonRunner } = source;
  const undoLeft = async () => undoOnPage(await source.left(), faults, say);
  return { scene, traffic, faults, lines, undoLeft, ...(lessonRunner === undefined ? {} : { lessonRunner }) };
}

/** What there is to show, and what can be done with it. */
type Shown = Omit<BoardParts, 'lessons'> &
  Pick<Source, 'lessonRunner'> & {
    /** Undoes what boards that were killed have left broken, while the page shows it. */
    readonly undoLeft?: () => Promise<void>;
  };

/** `--undo`: of the target that was named, or of both. */
async function undoOnly({ target, dataDir }: Options): Promise<void> {
  const all = [
    ...(target === 'kind' ? [] : [leftOnLaptop(dataDir)]),
    ...(target === 'laptop' ? [] : await (await import('./kind-source.ts')).leftOfKind()),
  ];
  if (!(await undoAll(all, say))) process.exitCode = 1;
}

/** The target that was named, or the one that runs; the laptop's first, as a look at it costs nothing. */
async function openSource({ target, dataDir }: Options, scene: Scene): Promise<Source> {
  // Loaded only when they are needed: the client for Kubernetes and the chaos tests take a while.
  const kind = async () => (await import('./kind-source.ts')).openKind(scene);
  if (target === 'kind') return kind();
  try {
    return await openLaptop(dataDir, scene);
  } catch (error) {
    if (target === 'laptop' || !(error instanceof NotRunningError)) throw error;
    try {
      return await kind();
    } catch (other) {
      throw new NoShopError(`There is no shop to show.\n  ${error.message}\n  ${(other as Error).message}`, {
        cause: other,
      });
    }
  }
}

/** Neither target is there. */
class NoShopError extends Error {
  override readonly name = 'NoShopError';
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const built = fileURLToPath(new URL('../../apps/board/dist/page/index.html', import.meta.url));
try {
  if (!existsSync(built)) throw new UsageError('Not built yet: the board. Build first: npm run build');
  await main();
} catch (error) {
  const expected =
    [UsageError, PortError, NotRunningError, NoShopError, RecordingError].some(
      (type) => error instanceof type,
    ) || (error as Error).name === 'ContextError';
  say(expected ? (error as Error).message : ((error as Error).stack ?? String(error)));
  process.exitCode = exitCodeOf(error);
}
