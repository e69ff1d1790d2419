import { pino, type DestinationStream, type Logger } from 'pino';
import { createFileDestination, type FileDestinationOptions } from './file-destination.ts';
import { currentContext } from './request-context.ts';
import { scrub } from './scrub.ts';

export type { Logger } from 'pino';

export interface LoggerOptions {
  /** The app's name: `user`, `product`, `ambassador`. */
  readonly app: string;
  readonly level: string;
  /** Where lines go; default: standard output. */
  readonly destination?: DestinationStream;
  /** A file with rotation instead, for a log sidecar to follow; `destination` wins. */
  readonly file?: FileDestinationOptions | undefined;
}

// Synchronous: pino's default writes in the background, and its flush at exit could write over the current line.
const standardOutput = (): DestinationStream => pino.destination({ dest: 1, sync: true });

/**
 * An NDJSON logger: one object a line with level, time (ISO 8601), app, msg and, while a request is handled, requestId,
 * traceId and spanId. Credentials are redacted by key; e-mail addresses everywhere, because they also come in the
 * messages of libraries' errors.
 */
export function createLogger({ app, level, destination, file }: LoggerOptions): Logger {
  const options = {
    level,
    base: { app },
    messageKey: 'msg',
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: {
      paths: [
        'authorization',
        'cookie',
        'password',
        'token',
        '*.authorization',
        '*.cookie',
        '*.password',
        '*.token',
      ],
      censor: '[redacted]',
    },
    mixin() {
      const context = currentContext();
      if (!context) return {};
      return { requestId: context.requestId, traceId: context.trace.traceId, spanId: context.trace.spanId };
    },
    hooks: { streamWrite: scrub },
  };
  return pino(options, destination ?? (file ? createFileDestination(file) : standardOutput()));
}
