import { createRawRedaction } from '../../apps/log-sidecar/src/transform/raw-text.ts';
import { scrub } from '../../packages/logging/src/scrub.ts';

/** A redaction that every line with foreign text goes through. */
export interface Contender {
  readonly name: string;
  readonly run: (line: string) => unknown;
}

export const contenders: readonly Contender[] = [
  { name: 'logging', run: scrub },
  // The log sidecar's redaction of lines that are not JSON, with the names that are configured here.
  {
    name: 'raw text',
    run: createRawRedaction(['**.authorization', '**.cookie', '**.email', '**.password'], '[redacted]'),
  },
];
