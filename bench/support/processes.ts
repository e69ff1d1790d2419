import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { eventually } from '@shop/testing/eventually';

/** Starts a program and waits until it listens. @throws with what it wrote, when it ends instead. */
export async function startListening(
  command: string,
  args: readonly string[],
  port: number,
  environment: Readonly<Record<string, string>> = {},
): Promise<ChildProcess> {
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], ...environment },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part: Buffer) => (output += part.toString()));
  child.once('error', (error) => (output += error.message));
  const listens = async () => child.exitCode !== null || (await answers(port));
  try {
    await eventually(`${command} listens on ${port}`, listens, { withinMs: 180_000, everyMs: 50 });
    if (child.exitCode === null) {
      // Its output is still read, so that it never waits for a reader, but no longer kept.
      for (const stream of [child.stdout, child.stderr]) stream.removeAllListeners('data').resume();
      return child;
    }
  } catch {
    child.kill();
  }
  throw new Error(`${command} does not listen on ${port}: ${output}`);
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** Ends a program and what it has started: nginx's master would leave its worker behind if it were killed at once. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const killer = setTimeout(() => child.kill('SIGKILL'), 5000);
  child.kill('SIGTERM');
  await once(child, 'exit');
  clearTimeout(killer);
}

/** Linux counts a process's time in these, with any tick of its kernel (sysconf(_SC_CLK_TCK)). */
const microsecondsPerTick = 10_000;

/** Resident memory of a process and its children, in KiB, from /proc/<pid>/status (proc(5)). */
export function residentKiB(pid: number): number {
  let sum = 0;
  for (const each of [pid, ...childrenOf(pid)]) {
    const resident = /^VmRSS:\s+(\d+) kB$/m.exec(readIfThere(`/proc/${each}/status`));
    sum += Number(resident?.[1] ?? 0);
  }
  return sum;
}

/** User and system time of a process, and of its children unless they are left out, in microseconds. */
export function cpuMicroseconds(pid: number, { children = true } = {}): number {
  return [pid, ...(children ? childrenOf(pid) : [])].reduce((sum, each) => sum + (statOf(each)?.cpu ?? 0), 0);
}

/** Those that it has started itself. */
const childrenOf = (pid: number): number[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((entry) => statOf(entry)?.parent === pid);

/** @returns the parent's id and the CPU time in microseconds, from /proc/<pid>/stat (proc(5)); nothing once it has ended. */
function statOf(pid: number): { readonly parent: number; readonly cpu: number } | undefined {
  const text = readIfThere(`/proc/${pid}/stat`);
  if (text === '') return undefined;
  // The second field, the name in parentheses, may itself contain spaces and parentheses.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [parent, user, system] = [Number(fields[1]), Number(fields[11]), Number(fields[12])];
  return { parent, cpu: (user + system) * microsecondsPerTick };
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // It has ended since.
  }
}
