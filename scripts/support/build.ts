/** Compiles the packages and apps that have changed. */
import { CommandError } from './run.ts';
import { failuresOf, runTasks } from './turbo.ts';

/** Prints nothing on success. @throws {CommandError} with what the compiler printed. */
export async function build(program?: string): Promise<void> {
  const failures = failuresOf(await runTasks(['build'], program === undefined ? {} : { program }));
  if (failures !== '') throw new CommandError('npm run build', 'failed', failures);
}

/** The same for a command: on failure it prints what is wrong and exits with 1. */
export async function buildOrExit(): Promise<void> {
  try {
    await build();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    process.stderr.write(`${error.output}\n`);
    process.exit(1);
  }
}
