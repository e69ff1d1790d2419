import { pino, stdSerializers, type DestinationStream, type Logger } from 'pino';
import { createFileDestination, type FileDestinationOptions } from './file-destination.ts';
import { redact, redactValues, type Fields } from './redact.ts';
import { currentContext } from './request-context.ts';
import { scrub } from './scrub.ts';
import { perTurn } from './turn-destination.ts';

export type { Logger } from 'pino';

export interface LoggerOptions {
  /** The app's name: `user`, `product`, `ambassador`. */
  readonly app: string;
  readonly level: string;
  /** Gets each line at once; default: standard output, by turns of the event loop. */
  readonly destination?: DestinationStream;
  /** A file with rotation instead, for a log sidecar to follow, by turns, too; `destination` wins. */
  readonly file?: FileDestinationOptions | undefined;
}

// Synchronous: pino's default writes in the background, and its flush at exit could write over the current line.
const standardOutput = (): DestinationStream => pino.destination({ dest: 1, sync: true });

/** @param error an Error; anything else stays as it is. */
function redactedError(error: unknown): unknown {
  const fields: unknown = stdSerializers.err(error as Error);
  return typeof fields === 'object' && fields !== null ? redactValues({ ...fields }) : fields;
}

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
    formatters: { level: (label: string) => ({ level: label }), log: redact },
    serializers: { err: redactedError },
    mixin() {
      const context = currentContext();
      if (!context) return {};
      return { requestId: context.requestId, traceId: context.trace.traceId, spanId: context.trace.spanId };
    },
    hooks: { streamWrite: scrub },
  };
  const logger = pino(options, destination ?? perTurn(file ? createFileDestination(file) : standardOutput()));
  // pino does not give the fields of a child to a formatter.
  type Child = (this: unknown, fields: Fields, options: unknown) => unknown;
  const child = Reflect.get(logger, 'child') as unknown as Child;
  Object.assign(logger, {
    child(this: unknown, fields: Fields, options: unknown) {
      return child.call(this, redact(fields), options);
    },
  });
  return logger;
}
