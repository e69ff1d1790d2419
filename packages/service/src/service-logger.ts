import { createLogger, type Logger } from '@shop/logging';
import type { ServiceConfig } from './service-config.ts';

/**
 * A service's logger: to the file that its settings name, or to standard output. The service does not know its readers.
 */
export function createServiceLogger(app: string, config: ServiceConfig): Logger {
  const { logLevel: level, logFile: path, logFileMaxBytes: maxBytes, logFilesKept: filesKept } = config;
  return createLogger({ app, level, file: path === undefined ? undefined : { path, maxBytes, filesKept } });
}
