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
  parseTraceparent,
  runInContext,
  type RequestContext,
  type TraceContext,
} from './request-context.ts';
