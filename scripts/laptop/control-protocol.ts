/** What `npm run shop` and the supervisor say to one another: one JSON line each way, over a local socket. */
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProgramStatus } from './program.ts';

export type ControlRequest =
  | { readonly command: 'status' }
  | { readonly command: 'scale'; readonly program: string; readonly replicas: number }
  | { readonly command: 'kill'; readonly program: string }
  | { readonly command: 'logs'; readonly program: string };

export type ControlReply =
  | { readonly ok: true; readonly lines: readonly string[]; readonly status: LaptopStatus }
  | { readonly ok: false; readonly error: string };

export interface LaptopStatus {
  /** The front door. */
  readonly url: string;
  readonly dataDir: string;
  /** Where the tokens are that a write has to present; absent: none is asked for. */
  readonly tokenFile?: string;
  /** All programs are up and the seed is in. */
  readonly ready: boolean;
  readonly programs: readonly (ProgramStatus & { readonly adminUrl: string })[];
}

/** Shorter than the paths that systems take for a socket: 104 bytes on macOS, 108 on Linux. */
const longestSocketPath = 100;

/**
 * Where the supervisor of this data directory listens: a file that only its owner may write to, thus connect to, and
 * nothing that a web page could reach. Where the path is too long for a socket, one with its hash in the temporary
 * directory.
 */
export function controlSocket(dataDir: string): string {
  const hash = createHash('sha256').update(dataDir).digest('hex').slice(0, 16);
  if (process.platform === 'win32') return `\\\\.\\pipe\\shop-${hash}`;
  const path = join(dataDir, 'control.sock');
  return Buffer.byteLength(path) <= longestSocketPath ? path : join(tmpdir(), `shop-${hash}.sock`);
}
