import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';

/**
 * Runs the command, and ends it when standard input ends. The kernel closes that when the other end's process ends in any
 * way; a command that does not read it would not notice.
 */
const script = `
  exec 3<&0
  "$@" 3<&- </dev/null &
  child=$!
  { cat <&3 >/dev/null 2>&1; kill "$child" 2>/dev/null; } >/dev/null 2>&1 &
  exec 3<&-
  wait "$child"
`;

/**
 * Starts a program that does not outlive this one, also when this one is killed. Ctrl-C does not reach it; to end it, end its
 * standard input.
 */
export const spawnTied = (command: string, args: readonly string[]): ChildProcessWithoutNullStreams =>
  spawn('sh', ['-c', script, 'sh', command, ...args], { stdio: 'pipe', detached: true });
