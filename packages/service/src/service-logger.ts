import { createFileDestination, createLogger, type Logger } from '@shop/logging';
import type { ServiceConfig } from './service-config.ts';

/**
 * A service's logger: to the file that its settings name, or to standard output. The service does not know its readers.
 */
export function createServiceLogger(app: string, config: ServiceConfig): Logger {
  const { logLevel: level, logFile: path, logFileMaxBytes: maxBytes, logFilesKept: filesKept } = config;
  if (path === undefined) return createLogger({ app, level });
  return createLogger({ app, level, destination: createFileDestination({ path, maxBytes, filesKept }) });
}
