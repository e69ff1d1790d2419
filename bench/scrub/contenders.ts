import { createRawRedaction } from '../../apps/log-sidecar/src/transform/raw-text.ts';
import { scrub } from '../../packages/logging/src/scrub.ts';

/** What every line goes through, with a foreign text in it. */
export interface Contender {
  readonly name: string;
  readonly run: (line: string) => unknown;
}

export const contenders: readonly Contender[] = [
  { name: 'logging', run: scrub },
  // Of the log sidecar, for lines that are not JSON; with the names that it is set up for here.
  {
    name: 'raw text',
    run: createRawRedaction(['**.authorization', '**.cookie', '**.email', '**.password'], '[redacted]'),
  },
];
