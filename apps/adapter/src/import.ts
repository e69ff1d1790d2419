/**
 * `node dist/import.js [SUPPLIER...]`: imports the adapter's feeds into the shop. Exit code 0 when every feed was read
 * to its end, 1 when one was not, when the shop did not answer or, with STRICT, when a record was rejected; 143 after
 * SIGTERM and 130 after SIGINT.
 */
import { constants } from 'node:os';
import { readEnvironment, readOrExit } from '@shop/config';
import { installCrashHandlers } from '@shop/lifecycle';
import { contextFromHeaders, createLogger, runInContext } from '@shop/logging';
import { importConfig } from './import/config.ts';
import { FeedClient } from './import/feed-client.ts';
import { importCatalogue } from './import/import-catalogue.ts';
import { Progress } from './import/progress.ts';
import { exitCodeOf, formatReport } from './import/report.ts';
import { ShopClient } from './import/shop-client.ts';

const config = readOrExit('catalogue-import', () => readEnvironment(importConfig));
const terminal = process.stdout.isTTY;
const logger = createLogger({ app: 'catalogue-import', level: terminal ? 'fatal' : config.logLevel });
installCrashHandlers(logger);
const progress = new Progress(process.stderr);

const stop = new AbortController();
let signalled: 'SIGTERM' | 'SIGINT' | undefined;
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.on(signal, () => {
    if (signalled) process.exit(128 + constants.signals[signal]);
    signalled = signal;
    const text = 'stopping: writes in progress are finished; the next run imports the rest';
    logger.warn({ signal }, text);
    if (terminal) process.stderr.write(`\n${signal}: ${text}\n`);
    stop.abort();
  });

const clientOptions = {
  config,
  signal: stop.signal,
  onRetry: (reason: string) => logger.debug({ reason }, 'trying again'),
};
const names = process.argv.slice(2);
const startedAt = performance.now();
// One trace for the whole run: the shop's log lines about it can be found by it.
const result = await runInContext(contextFromHeaders({}), () =>
  importCatalogue(names, {
    feeds: new FeedClient(clientOptions),
    shop: new ShopClient(clientOptions),
    concurrency: config.concurrency,
    signal: stop.signal,
    onProgress: (tally) => progress.show(tally),
    onSupplier(supplier) {
      progress.begin(supplier);
      logger.info({ supplier }, 'importing');
    },
  }),
);
progress.clear();
const failed = exitCodeOf(result, config.strict);
process.exitCode = result.outcome === 'stopped' && signalled ? 128 + constants.signals[signalled] : failed;
if (terminal) process.stdout.write(formatReport(result));
else {
  const durationMs = Math.round(performance.now() - startedAt);
  logger[failed === 0 ? 'info' : 'error']({ ...result, durationMs }, 'catalogue imported');
}
