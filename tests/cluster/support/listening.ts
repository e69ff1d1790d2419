/** On which TCP addresses a process listens, from /proc: Linux only. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** @returns those of the process and of all that it has started, as `127.0.0.1:8090`; `*:PORT` for any other address. */
export function listeningAddresses(pid: number): readonly string[] {
  const sockets = new Set(familyOf(pid).flatMap(socketsOf));
  return ['tcp', 'tcp6']
    .flatMap((table) => readFileSync(`/proc/net/${table}`, 'utf8').split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state, , , , , , inode = '']) => state === listens && sockets.has(inode))
    .map(([, local = '']) => {
      const [address, port = ''] = local.split(':');
      return `${address === loopback ? '127.0.0.1' : '*'}:${Number.parseInt(port, 16)}`;
    });
}

/** As the kernel's tables have them; the address is in the machine's byte order. */
const listens = '0A';
const loopback = '0100007F';

function familyOf(pid: number): number[] {
  const parents = new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => [Number(name), parentOf(name)]),
  );
  const family = [pid];
  for (const member of family)
    family.push(...[...parents].filter(([, parent]) => parent === member).map(([child]) => child));
  return family;
}

/** The name of the program, in brackets, may have anything in it. A process that has ended has none. */
const parentOf = (pid: string): number | undefined =>
  attempt(() => Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1]));

const socketsOf = (pid: number): string[] =>
  (attempt(() => readdirSync(`/proc/${pid}/fd`)) ?? []).flatMap(
    (fd) => /^socket:\[(\d+)\]$/.exec(attempt(() => readlinkSync(`/proc/${pid}/fd/${fd}`)) ?? '')?.[1] ?? [],
  );

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
