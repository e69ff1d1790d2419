import { readdirSync, readFileSync } from 'node:fs';

const clockTicksPerSecond = 100;

/** A process and all its descendants; those that end meanwhile are left out. */
export function* processTree(pid: number): Generator<number> {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const stat = read(`/proc/${name}/stat`);
    if (stat) parents.set(Number(name), Number(fieldsOf(stat)[1]));
  }
  const waiting = [pid];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    yield next;
    for (const [child, parent] of parents) if (parent === next) waiting.push(child);
  }
}

/** What follows the name in parentheses: state, parent, … (proc_pid_stat(5)). */
const fieldsOf = (stat: string): string[] => stat.slice(stat.lastIndexOf(')') + 2).split(' ');

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** User and system time of a process and its descendants, in seconds. */
export function cpuSeconds(pid: number): number {
  let ticks = 0;
  for (const member of processTree(pid)) {
    const stat = read(`/proc/${member}/stat`);
    if (stat) ticks += Number(fieldsOf(stat)[11]) + Number(fieldsOf(stat)[12]);
  }
  return ticks / clockTicksPerSecond;
}

/** In MiB, of a process and its descendants. */
export interface Memory {
  /** The highest value at any moment. */
  readonly peak: number;
  readonly resident: number;
  /** Of that, its own memory: without the pages of files, which processes of the same program share. */
  readonly anonymous: number;
}

export function memory(pid: number): Memory {
  const sum = { peak: 0, resident: 0, anonymous: 0 };
  for (const member of processTree(pid)) {
    const status = read(`/proc/${member}/status`) ?? '';
    const mebibytes = (field: string): number =>
      Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0) / 1024;
    sum.peak += mebibytes('VmHWM');
    sum.resident += mebibytes('VmRSS');
    sum.anonymous += mebibytes('RssAnon');
  }
  return sum;
}
