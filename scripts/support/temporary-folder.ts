import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder that is closed to other users. */
export interface TemporaryFolder extends Disposable {
  readonly path: string;
}

/** Removes the folder when standard input ends, which the kernel closes however this process ends. */
const script = 'cat >/dev/null; rm -rf -- "$1"';

/**
 * A new folder of this process in the system's one for temporary files: for sockets, whose paths have to be short, and for
 * what lets its reader in. It goes when it is disposed of, and where this process is killed as well.
 * @param prefix of its name: `kubectl-`.
 */
export function temporaryFolder(prefix: string): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), prefix));
  // In its own group, so that Ctrl-C in the terminal does not end it.
  const remover = spawn('sh', ['-c', script, 'sh', path], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  // Without a shell it goes only when it is disposed of.
  remover.on('error', () => undefined);
  remover.stdin.on('error', () => undefined);
  remover.unref();
  return {
    path,
    [Symbol.dispose]() {
      rmSync(path, { recursive: true, force: true });
      remover.stdin.end();
    },
  };
}
