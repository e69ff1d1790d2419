import type { ChildProcess } from 'node:child_process';

/**
 * For a wait that is in vain once the process has ended: a signal that is aborted then, with how it ended and what it wrote
 * last to standard error, if that is a pipe.
 */
export function endOf(child: ChildProcess): AbortSignal {
  const end = new AbortController();
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-10_000)));
  child.once('close', (code: number | null, signal: string | null) => {
    const how = signal === null ? `with exit code ${code}` : `by ${signal}`;
    end.abort(new Error(`The process ended ${how}. It said:\n${said}`));
  });
  return end.signal;
}
