/** Checks whether the cluster can run here, and reports everything that is in the way at once. */
import { readFileSync, statfsSync } from 'node:fs';
import { createServer } from 'node:net';
import { release } from 'node:os';
import { CommandError, run } from '../support/run.ts';
import { judgeMachine, type Engine, type Machine } from './machine.ts';
import {
  programAdvice,
  programProblem,
  versionCommand,
  type ProgramName,
  type Said,
  type Versions,
} from './programs.ts';
import { SetUpError } from '../support/command-line.ts';
import { thisSystem, type System } from './system.ts';

/** Where facts come from: the machine, or a test. */
export interface Probes {
  readonly system: System;
  readonly kernel: string;
  /** The environment of the programs. */
  readonly env: Readonly<Record<string, string>>;
  readonly read: (path: string) => string | undefined;
  /** Free bytes where a path is; undefined where the path does not exist. */
  readonly free: (path: string) => number | undefined;
  readonly isFree: (port: number) => Promise<boolean>;
}

const realProbes = (): Probes => ({
  system: thisSystem(),
  kernel: release(),
  env: {},
  read: (path) => attempt(() => readFileSync(path, 'utf8')),
  free: (path) =>
    attempt(() => {
      const { bavail, bsize } = statfsSync(path);
      return bavail * bsize;
    }),
  isFree,
});

export interface Needs {
  readonly programs: readonly ProgramName[];
  /** Whether an old version of a program will do: to remove things. */
  readonly anyVersion?: boolean;
  /** Ports of 127.0.0.1 that have to be free. */
  readonly ports?: readonly number[];
  /** Whether problems are only reported, as advice is. */
  readonly force?: boolean;
  /** Whether a cluster is to be made: memory, disk, CPUs and limits count. */
  readonly machine?: boolean;
  /** For a cluster of another version than our own. */
  readonly wanted?: Versions;
}

export interface Findings {
  /** What stops the work. */
  readonly problems: readonly string[];
  /** What is good to know, and stops nothing. */
  readonly advice: readonly string[];
}

/** @returns the advice, if there are no problems. @throws {SetUpError} that names every problem. */
export async function requireAll(needs: Needs, probes: Probes = realProbes()): Promise<readonly string[]> {
  const findings = await findProblems(needs, probes);
  const { problems, advice } = findings;
  if (problems.length === 0 || needs.force === true) return [...problems, ...advice];
  throw refusal(findings, needs.force === false ? 'npm run up -- --force' : undefined);
}

/** An error that lists everything. @param force the command that ignores the problems, if there is one. */
export function refusal({ problems, advice }: Findings, force?: string): SetUpError {
  const also = advice.length === 0 ? [] : ['Not needed, but recommended:', ...list(advice)];
  return new SetUpError(
    [
      'Problems on this machine:',
      ...list(problems),
      ...also,
      'Fix these and run the command again.',
      ...(force === undefined ? [] : [`To start anyway: ${force}`]),
    ].join('\n'),
  );
}

const list = (lines: readonly string[]): string[] => lines.map((line) => `  - ${line}`);

/** Checks everything. Problems are returned, not thrown. */
export async function findProblems(needs: Needs, probes: Probes = realProbes()): Promise<Findings> {
  const { system } = probes;
  const elsewhere = nothingRunsHere[system];
  if (elsewhere !== undefined) return { problems: [elsewhere], advice: [] };

  const said = await Promise.all(
    needs.programs.map(async (name) => [name, await ask(name, probes)] as const),
  );
  const problems = said.flatMap(([name, text]) => programProblem(name, text, system, needs) ?? []);
  const advice = said.flatMap(([name, text]) => programAdvice(name, text, needs.wanted) ?? []);

  const hasDocker = said.some(([name, text]) => name === 'docker' && text !== undefined);
  const engine = hasDocker ? await askEngine(probes) : undefined;
  if (typeof engine === 'string') problems.push(engine);
  else if (engine !== undefined && needs.machine === true) {
    const { engine: found, root } = engine;
    const { kernel, read, free } = probes;
    const machine: Machine = { system, kernel, engine: found, freeBytes: free(root), proc: read };
    const judged = judgeMachine(machine);
    problems.push(...judged.problems);
    advice.push(...judged.advice);
  }

  const taken = await Promise.all(
    (needs.ports ?? []).map(async (port) => ((await probes.isFree(port)) ? [] : [port])),
  );
  problems.push(...portProblems(taken.flat()));
  return { problems, advice };
}

const nothingRunsHere: Readonly<Partial<Record<System, string>>> = {
  windows:
    'On Windows the cluster, the lessons and the chaos tests run within WSL 2 (https://learn.microsoft.com/windows/wsl/install): ' +
    'clone the repository there and use its terminal. npm start runs here as well',
  wsl1: 'This distribution runs in WSL 1, which runs no containers. In PowerShell: wsl --set-version <distribution> 2',
};

async function ask(name: ProgramName, { env }: Probes): Promise<Said> {
  const [command, args] = versionCommand(name);
  try {
    return await run(command, args, { env });
  } catch (error) {
    if (error instanceof CommandError) return undefined;
    throw error;
  }
}

/** @returns why the engine cannot be used, as a text. */
async function askEngine({ system, env }: Probes): Promise<string | { engine: Engine; root: string }> {
  // A line each: some values have spaces in them.
  const format = '{{.MemTotal}}\n{{.NCPU}}\n{{.KernelVersion}}\n{{.DockerRootDir}}\n{{.OSType}}';
  let answer: string;
  try {
    answer = await run('docker', ['info', '--format', format], { env });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return `The container engine does not answer. ${startEngine[system]} It said: ${oneLine(error.output)}`;
  }
  const [memory = '', cpus = '', kernel = '', root = '', type = ''] = answer.split('\n');
  // Older clients exit with 0 even when only the client has answered.
  if (!/^\d+$/.test(memory) || Number(memory) === 0)
    return `The container engine does not answer. ${startEngine[system]} It said: ${oneLine(answer)}`;
  if (type !== 'linux')
    return `The container engine runs ${type} containers. Switch Docker Desktop to Linux containers`;
  return { engine: { memoryBytes: Number(memory), cpus: Number(cpus), kernel }, root };
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, 300);

const startEngine: Readonly<Record<System, string>> = {
  linux:
    'Start it (sudo systemctl start docker), and see that this user may use it ' +
    '(sudo usermod -aG docker "$USER", then log in again).',
  macos: 'Start Docker Desktop (open -a Docker), or Colima (colima start --cpu 4 --memory 8).',
  wsl: 'Start Docker Desktop and switch its WSL integration on for this distribution (Settings, Resources).',
  wsl1: '',
  windows: 'Start Docker Desktop.',
};

/** A line for ports of 127.0.0.1 that another program uses. */
function portProblems(taken: readonly number[]): string[] {
  if (taken.length === 0) return [];
  const [first] = taken;
  const whose = `lsof -nP -iTCP:${first} -sTCP:LISTEN, or docker ps`;
  return [
    `In use by another program on 127.0.0.1: port ${taken.join(', port ')}. Find the program (${whose}) and stop it`,
  ];
}

/** @throws {SetUpError} that names every port of 127.0.0.1 that another program uses. */
export async function requireFreePorts(ports: readonly number[]): Promise<void> {
  const taken = await Promise.all(ports.map(async (port) => ((await isFree(port)) ? [] : [port])));
  const [problem] = portProblems(taken.flat());
  if (problem !== undefined) throw new SetUpError(`${problem}, then run this again.`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen({ port, host: '127.0.0.1', exclusive: true }, resolve);
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false;
    throw error;
  }
  await new Promise((resolve) => void server.close(resolve));
  return true;
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
