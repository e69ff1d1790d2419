/** What the cluster needs of the machine, and what is there. */
import type { System } from './system.ts';

const GiB = 2 ** 30;

/**
 * Four nodes, the shop with its replica set and the builds of its images. Below `least` it does not come up; below
 * `wanted` it does, slowly.
 */
export const needs = {
  memoryGiB: { least: 4, wanted: 6 },
  /** Node images, MongoDB, Traefik, the shop's own images and the build cache. */
  diskGiB: { least: 8, wanted: 15 },
  cpus: { least: 2, wanted: 4 },
  /**
   * Instances: kind recommends 512
   * (https://kind.sigs.k8s.io/docs/user/known-issues/#pod-errors-due-to-too-many-open-files), many distributions have
   * 128. Watches: kernels before 5.11 have 8,192, later ones a share of the memory.
   */
  inotify: {
    max_user_instances: { least: 256, wanted: 512 },
    max_user_watches: { least: 16_384, wanted: 65_536 },
  },
} as const;

/** What `docker info` says. */
export interface Engine {
  readonly memoryBytes: number;
  readonly cpus: number;
  /** The engine's kernel, as `uname -r`: inside a virtual machine if the engine runs in one. */
  readonly kernel: string;
}

export interface Machine {
  readonly system: System;
  /** Of this machine, as `uname -r`. */
  readonly kernel: string;
  readonly engine: Engine;
  /** Free bytes where the engine keeps its images; undefined where this machine cannot see that. */
  readonly freeBytes?: number | undefined;
  /** Files of this machine's /proc, by path. */
  readonly proc: (path: string) => string | undefined;
}

interface Findings {
  /** What stops the cluster from coming up. */
  readonly problems: string[];
  /** What only makes it slow. */
  readonly advice: string[];
}

/** @returns one line for each finding, with what to do on this system. */
export function judgeMachine(machine: Machine): Findings {
  const { system, engine, freeBytes } = machine;
  const findings: Findings = { problems: [], advice: [] };
  const judge = (
    what: string,
    found: number,
    { least, wanted }: { readonly least: number; readonly wanted: number },
    remedy: string,
  ): void => {
    if (found >= wanted) return;
    const text = `${what}: ${round(found)} found, ${wanted} wanted, at least ${least} needed. ${remedy}`;
    (found < least ? findings.problems : findings.advice).push(text);
  };

  // Numbers of GiB are rounded up: a virtual machine of 6 GB has a little less than that.
  judge(
    'memory in GiB for containers',
    roundUp(memoryFor(machine) / GiB),
    needs.memoryGiB,
    moreMemory[system],
  );
  judge('CPUs for containers', engine.cpus, needs.cpus, moreCpus[system]);
  if (freeBytes !== undefined) judge('free disk in GiB', freeBytes / GiB, needs.diskGiB, moreDisk[system]);
  judgeInotify(machine, findings);
  return findings;
}

/** Whether the engine runs on this machine's kernel, so that /proc shows the engine's limits. */
const isLocal = ({ kernel, engine }: Machine): boolean => kernel === engine.kernel;

/** Where other programs share the memory with the containers, only what they leave counts. */
function memoryFor(machine: Machine): number {
  const { engine, proc } = machine;
  if (!isLocal(machine)) return engine.memoryBytes;
  const [, available] = /^MemAvailable:\s+(\d+) kB$/m.exec(proc('/proc/meminfo') ?? '') ?? [];
  return available === undefined
    ? engine.memoryBytes
    : Math.min(engine.memoryBytes, Number(available) * 1024);
}

/** What kind recommends for both. */
const recommended = { max_user_instances: 512, max_user_watches: 524_288 };

/** Both limits in one line, as they are raised together. */
function judgeInotify(machine: Machine, { problems, advice }: Findings): void {
  if (!isLocal(machine)) return;
  const names = ['max_user_instances', 'max_user_watches'] as const;
  const found = names.map((name) => ({
    name,
    value: Number(machine.proc(`/proc/sys/fs/inotify/${name}`) ?? Infinity),
    ...needs.inotify[name],
  }));
  const low = found.filter(({ value, wanted }) => value < wanted);
  if (low.length === 0) return;
  const what = low.map(({ name, value, wanted }) => `fs.inotify.${name} is ${value}, ${wanted} wanted`);
  const settings = low.map(({ name }) => `fs.inotify.${name}=${recommended[name]}`).join(' ');
  const text =
    `files that may be watched: ${what.join('; ')}. With less, nodes or pods may not become ready. ` +
    `Now: sudo sysctl ${settings}   For good: the same in /etc/sysctl.d/99-kind.conf, a line each`;
  (low.some(({ value, least }) => value < least) ? problems : advice).push(text);
}

const round = (number: number): string => String(Math.round(number * 10) / 10);
const roundUp = (number: number): number => Math.ceil(number * 2) / 2;

type Remedies = Readonly<Record<System, string>>;
const desktop = 'Docker Desktop: Settings, Resources; Colima: colima start --memory 8 --cpu 4 --disk 60';
const wslConfig =
  'Give WSL more in %UserProfile%\\.wslconfig ([wsl2], memory=8GB, processors=4), then wsl --shutdown';

const moreMemory: Remedies = {
  linux: 'End other programs, or remove clusters that are not needed (kind get clusters)',
  macos: `Give the virtual machine more. ${desktop}`,
  wsl: wslConfig,
  wsl1: wslConfig,
  windows: desktop,
};
const moreCpus: Remedies = { ...moreMemory, linux: 'Give this (virtual) machine more' };
const cleanUp = 'docker system df shows what takes it; docker builder prune and docker image prune free some';
const moreDisk: Remedies = {
  linux: cleanUp,
  macos: `${cleanUp}. ${desktop}`,
  wsl: cleanUp,
  wsl1: cleanUp,
  windows: cleanUp,
};
