import type { Program, ProgramOutput, ProgramStatus, Timing } from './program.ts';
import { SupervisedProgram } from './supervised.ts';

/** No program has this name. */
export class UnknownProgramError extends Error {
  override readonly name = 'UnknownProgramError';
}

/**
 * Runs programs like a small kubelet: starts all at once, in no order, and restarts those that crash. They stop in the
 * order of `stages`.
 */
export class Supervisor {
  readonly #stages: readonly (readonly SupervisedProgram[])[];

  constructor(stages: readonly (readonly Program[])[], output: ProgramOutput, timing: Timing) {
    this.#stages = stages.map((programs) =>
      programs.map((program) => new SupervisedProgram(program, output, timing)),
    );
  }

  get status(): readonly ProgramStatus[] {
    return this.#stages.flat().map((program) => program.status);
  }

  /** Calls the listener after each change of a program's state. */
  onChange(listener: () => void): void {
    for (const program of this.#stages.flat()) program.onChange(listener);
  }

  /** Resolves when all are ready. @throws {NotReadyError} for the first that is not; the others keep running. */
  async start(): Promise<void> {
    await Promise.all(this.#stages.flat().map((program) => program.start()));
  }

  async stop(): Promise<void> {
    for (const programs of this.#stages) await Promise.all(programs.map((program) => program.stop()));
  }

  /** @throws {UnknownProgramError} */
  program(name: string): SupervisedProgram {
    const programs = this.#stages.flat();
    const found = programs.find((program) => program.name === name);
    if (found) return found;
    const names = programs.map((program) => program.name).join(', ');
    throw new UnknownProgramError(`There is no program "${name}". There are: ${names}.`);
  }
}
