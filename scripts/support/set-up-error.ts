import { CommandError } from './run.ts';

/** Something that the user can put right; the message says what, where and how. */
export class SetUpError extends Error {
  override readonly name = 'SetUpError';
}

/** What a script prints when it fails. Any other error is a defect of the script: its stack is shown. */
export function explain(error: unknown): string {
  if (error instanceof CommandError) return `${error.output}\n\nThis command failed: ${error.message}`;
  if (error instanceof SetUpError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
