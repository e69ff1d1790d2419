/** The kinds of machine whose users need different advice. */
import { release } from 'node:os';

/** `wsl1` has no own kernel and runs no containers. */
export type System = 'linux' | 'macos' | 'wsl' | 'wsl1' | 'windows';

/** @param kernel as `uname -r` says it: WSL names itself there, version 2 as `…-microsoft-standard-WSL2`. */
export function systemOf(platform: NodeJS.Platform, kernel: string): System {
  if (platform === 'win32') return 'windows';
  if (platform === 'darwin') return 'macos';
  if (!/microsoft/i.test(kernel)) return 'linux';
  return /WSL2|microsoft-standard/i.test(kernel) ? 'wsl' : 'wsl1';
}

export const thisSystem = (): System => systemOf(process.platform, release());
