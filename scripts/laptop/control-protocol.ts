/** The protocol between `npm run shop` and the supervisor: one JSON line each way, over a local socket. */
import { createHash } from 'node:crypto';
import { mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { ProgramStatus } from './program.ts';

export type ControlRequest =
  | { readonly command: 'status' }
  | { readonly command: 'scale'; readonly program: string; readonly replicas: number }
  | { readonly command: 'kill'; readonly program: string }
  | { readonly command: 'logs'; readonly program: string };

/** The response is one `Notice` a line until the connection ends: the present state, then each change. */
export interface WatchRequest {
  readonly command: 'watch';
}

export type Notice =
  | { readonly type: 'status'; readonly status: LaptopStatus }
  /** A program wrote a line. */
  | { readonly type: 'line'; readonly program: string; readonly text: string };

export type ControlReply =
  | { readonly ok: true; readonly lines: readonly string[]; readonly status: LaptopStatus }
  | { readonly ok: false; readonly error: string };

export interface LaptopStatus {
  /** The front door. */
  readonly url: string;
  readonly dataDir: string;
  /** The file of the tokens for writes; absent: writes need none. */
  readonly tokenFile?: string;
  /** All programs are up and the seed is loaded. */
  readonly ready: boolean;
  /** The board, with the token that opens it; absent: there is none. */
  readonly boardUrl?: string;
  readonly programs: readonly (ProgramStatus & { readonly adminUrl: string })[];
}

/** In bytes; no request is longer. */
export const longestRequest = 4_096;

/**
 * The address at which the supervisor of this data directory listens, whichever path names the directory: a socket in
 * it, to which only its owner may write and so connect, and that no web page can reach; on Windows a pipe.
 */
export function controlSocket(dataDir: string): string {
  const real = realPath(dataDir);
  if (process.platform !== 'win32') return join(real, 'control.sock');
  return `\\\\.\\pipe\\shop-${createHash('sha256').update(real).digest('hex').slice(0, 16)}`;
}

/** @returns the path itself where nothing exists. */
function realPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}

/** Systems limit a socket's path: 104 bytes on macOS, 108 on Linux. */
const longestSocketPath = 100;

/** A path to the socket that is short enough to listen on or to connect to. Dispose of it after that. */
export function shortPath(socket: string): Disposable & { readonly path: string } {
  if (process.platform === 'win32' || Buffer.byteLength(socket) <= longestSocketPath)
    return { path: socket, [Symbol.dispose]: () => undefined };
  const temporary = Buffer.byteLength(tmpdir()) < longestSocketPath / 2 ? tmpdir() : '/tmp';
  const folder = mkdtempSync(join(temporary, 'shop-socket-'));
  const link = join(folder, 'data');
  symlinkSync(dirname(socket), link);
  return {
    path: join(link, basename(socket)),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
