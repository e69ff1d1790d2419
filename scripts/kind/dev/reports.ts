/** What the supervisor in a container prints for `npm run dev:kind`, which reads it from the container's log. */

export const isLive = (app: string): string => `dev: ${app} is live`;
export const isNotLive = (app: string, reason: string): string => `dev: ${app} is not live: ${reason}`;

/** @returns which app a line is about, and why it is not live; nothing for any other line. */
export function readReport(line: string): { readonly app: string; readonly failure?: string } | undefined {
  const [, app, failure] = /^dev: ([\w-]+) is (?:live|not live: (.*))$/.exec(line) ?? [];
  if (app === undefined) return undefined;
  return failure === undefined ? { app } : { app, failure };
}
