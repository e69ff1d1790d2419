/** What `skaffold dev` prints, sorted by what it means here. */
import { readReport } from './reports.ts';

export type Event =
  /** It has done all that was to do, and watches. */
  | { readonly kind: 'idle' }
  /** An image is being built or objects are being applied, and no longer only files copied. */
  | { readonly kind: 'busy'; readonly text: string }
  | { readonly kind: 'report'; readonly app: string; readonly failure?: string }
  /** It could not copy, build or apply; to be shown. */
  | { readonly kind: 'failed'; readonly text: string }
  /** To be shown. */
  | { readonly kind: 'text'; readonly text: string };

/** What only says that it works. */
const noise = [
  /^(?:Generating tags|Checking cache|Tags used in deployment|Listing files to watch|Press Ctrl\+C)/,
  /^(?:Starting build|Starting test|Waiting for deployments to stabilize|Loading images|Help improve Skaffold)/,
  /^Syncing \d+ files for /,
  /^ - \S+ -> /,
  /^ - \S+: (?:Found|Not found)/,
  /^ - \S+ (?:unchanged|is ready)/,
  /^ - [\w/-]+$/,
  /^(?:Build \[\S+\] succeeded|Found \[\S+\] context)/,
  /^#\d+ /,
  /^[0-9a-f]{12}: |^The push refers to|^\S+: digest: /,
  /^To help improve|^\s*$/,
];

const hasFailed = /Skipping (?:test and )?deploy due to/;
const isBusy = /^(?:Starting deploy|Building \[)/;

/** @param line without its line feed. @returns nothing for a line that need not be shown. */
export function readLine(line: string): Event | undefined {
  if (line.startsWith('Watching for changes')) return { kind: 'idle' };
  if (hasFailed.test(line)) return { kind: 'failed', text: `skaffold: ${line}` };
  if (isBusy.test(line)) return { kind: 'busy', text: `skaffold: ${line}` };
  return noise.some((pattern) => pattern.test(line))
    ? undefined
    : { kind: 'text', text: `skaffold: ${line}` };
}

/** @param line of the container of an edited app. @returns nothing for a line of its log that says nothing wrong. */
export function readLog(app: string, line: string): Event | undefined {
  const report = readReport(line);
  if (report !== undefined) return { kind: 'report', ...report };
  if (line.startsWith('{') && !/"level":"(?:error|fatal)"/.test(line)) return undefined;
  return { kind: 'text', text: `${app}: ${line}` };
}
