import { readOrExit } from '@shop/config';
import { AppProcess } from '@shop/lifecycle';
import { createLogger } from '@shop/logging';
import { pino } from 'pino';
import { createSidecar } from './app.ts';
import { readSidecarConfig } from './config.ts';
import { OutputClosed } from './write/standard-output.ts';

const config = readOrExit('log-sidecar', () => readSidecarConfig());
// Standard output is for the app's lines.
const destination = pino.destination({ dest: 2, sync: true });
const app = new AppProcess(
  'log-sidecar',
  createLogger({ app: 'log-sidecar', level: config.logLevel, destination }),
);
const { logger, registry, lifecycle } = app;

const sidecar = createSidecar({ config, logger, registry, lifecycle, outputFd: 1 });
await app.openAdminPort(config);
// No client sends it requests, so draining can begin at once.
app.endOnSignals({ drainDelayMs: 0, shutdownTimeoutMs: config.drainTimeoutMs + 5000 }, () => sidecar.stop());
app.started('following', { logFile: config.logFile });
await sidecar.run().catch((error: unknown) => {
  if (!(error instanceof OutputClosed)) throw error;
  // The next process gets a new pipe and continues at the checkpoint.
  logger.fatal({ err: error }, 'standard output has no reader: the process ends');
  process.exit(1);
});
