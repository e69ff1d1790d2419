import { writeSync } from 'node:fs';
import type { DestinationStream } from 'pino';
import { RotatingFile, type FileCalls } from './rotating-file.ts';

/** Where an app's lines go when another process reads them from a file. */
export interface FileDestinationOptions {
  /** The file being written; rotated ones are beside it as `<path>.1` and so on. Its directory is made when missing. */
  readonly path: string;
  /** Bytes; default 10 MiB. */
  readonly maxBytes?: number | undefined;
  /** Rotated files that stay; at least 1, default 5. */
  readonly filesKept?: number | undefined;
  /** How long after a failure nothing is tried, in milliseconds: a full disk must not cost every line a system call. */
  readonly retryMs?: number;
  /** Called when lines are dropped and, once writing works again, with their number; default: one NDJSON line on stderr. */
  readonly report?: (problem: FileProblem) => void;
  readonly calls?: FileCalls;
  /** Milliseconds, monotonic. */
  readonly now?: () => number;
}

export type FileProblem =
  | { readonly state: 'failing'; readonly path: string; readonly code: string }
  | { readonly state: 'recovered'; readonly path: string; readonly dropped: number };

export interface FileDestination extends DestinationStream {
  /** Lines lost to a full disk or an unwritable directory since the start. */
  readonly droppedLines: number;
  close(): void;
}

/**
 * A destination for `createLogger` that writes each line to a file at once and rotates it by size.
 * It neither throws nor waits: a line that cannot be written is dropped and counted, which is said once, and once more
 * when lines are written again. Logging must not take the app down with the disk.
 */
export function createFileDestination({
  path,
  maxBytes = 10 * 1024 * 1024,
  filesKept = 5,
  retryMs = 1000,
  report = reportOnStderr,
  now = () => performance.now(),
  ...rest
}: FileDestinationOptions): FileDestination {
  if (!(maxBytes >= 1) || !(filesKept >= 1))
    throw new RangeError('maxBytes and filesKept must be at least 1');
  const file = new RotatingFile({ path, maxBytes, filesKept, ...rest });
  let dropped = 0;
  let failing: { readonly droppedBefore: number; retryAt: number } | undefined;

  return {
    get droppedLines() {
      return dropped;
    },
    write(line) {
      if (failing && now() < failing.retryAt) {
        dropped++;
        return;
      }
      try {
        file.append(line);
      } catch (error) {
        if (!failing) {
          failing = { droppedBefore: dropped, retryAt: 0 };
          report({ state: 'failing', path, code: (error as NodeJS.ErrnoException).code ?? String(error) });
        }
        failing.retryAt = now() + retryMs;
        dropped++;
        return;
      }
      if (!failing) return;
      report({ state: 'recovered', path, dropped: dropped - failing.droppedBefore });
      failing = undefined;
    },
    close: () => file.close(),
  };
}

function reportOnStderr(problem: FileProblem): void {
  const [level, msg] =
    problem.state === 'failing'
      ? ['error', 'the log file cannot be written: lines are dropped']
      : ['warn', 'the log file can be written again'];
  try {
    writeSync(2, `${JSON.stringify({ level, time: new Date().toISOString(), ...problem, msg })}\n`);
  } catch {
    // There is no other place to report it.
  }
}
