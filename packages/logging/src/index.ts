export {
  createFileDestination,
  type FileDestination,
  type FileDestinationOptions,
  type FileProblem,
} from './file-destination.ts';
export { createLogger, type Logger, type LoggerOptions } from './logger.ts';
export {
  contextFromHeaders,
  currentContext,
  headersFor,
  runInContext,
  type RequestContext,
} from './request-context.ts';
export { formatTraceparent, parseTraceparent, randomSpanId, type TraceContext } from './trace-context.ts';
