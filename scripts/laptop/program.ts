/** Something the supervisor keeps running, as a kubelet keeps a container. */
export interface Program {
  readonly name: string;
  /** The folder in apps/ whose compiled code it runs, if any. */
  readonly app?: string;
  /** For node: flags, then the script. */
  readonly args: readonly string[];
  /** In addition to the supervisor's own environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Responds with 200 once the program can be used. */
  readonly readyUrl: string;
}

export type State = 'stopped' | 'starting' | 'ready' | 'waiting to restart' | 'stopping';

export interface ProgramStatus {
  readonly name: string;
  readonly state: State;
  readonly pid?: number;
  /** How often it ended unexpectedly. */
  readonly restarts: number;
}

/** Receives what programs write. */
export interface ProgramOutput {
  /** A whole line of a program's standard output: an NDJSON record. */
  record(program: string, line: string): void;
  /** A line for people: from a program's standard error, or cut short. */
  remark(program: string, line: string): void;
}

export interface Timing {
  /** Longest time from start to readiness. */
  readonly readyWithinMs: number;
  /** Longest time from SIGTERM to the program's end; after it comes SIGKILL. */
  readonly endWithinMs: number;
  /** Between two checks whether a program that starts is ready; 50 ms unless given. */
  readonly pollMs?: number;
  /** A program that ended before it was ready is started again by `replace` alone, and not after a while. */
  readonly failedStartWaits?: boolean;
}
