import type { DestinationStream } from 'pino';

export interface TurnDestination extends DestinationStream {
  /** Writes what has been collected; pino calls it for a fatal line. */
  flushSync(): void;
}

/** Characters. A turn that logs more writes more than once: the memory for it has a limit. */
const maxLength = 16_384;

/** The destinations that have collected something. */
const waiting = new Set<TurnDestination>();
let ending = false;
let listens = false;

function flushAtExit(): void {
  ending = true;
  for (const destination of waiting) destination.flushSync();
}

/**
 * Collects the lines of one turn of the event loop and writes them with one call at its end. The order stays, and the write is
 * as synchronous as that of `target`. A process that ends by itself, also with an uncaught error, writes its lines first; one
 * that is killed (SIGKILL, no memory left, a signal that nothing handles) loses those of its last turn.
 * @param target gets one or more whole lines at once.
 */
export function perTurn(target: DestinationStream): TurnDestination {
  if (!listens) process.once('exit', flushAtExit);
  listens = true;
  let lines = '';
  function flushSync(): void {
    if (lines === '') return;
    const text = lines;
    lines = '';
    waiting.delete(destination);
    target.write(text);
  }
  const destination: TurnDestination = {
    flushSync,
    write(line) {
      if (lines === '') {
        waiting.add(destination);
        setImmediate(flushSync);
      }
      lines += line;
      // A listener of `exit` that comes after ours may log, and no turn follows.
      if (ending || lines.length >= maxLength) flushSync();
    },
  };
  return destination;
}
