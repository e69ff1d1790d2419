// The app of log-sidecar-exactly-once.ts: writes numbered lines to a rotating file as fast as it can.
import { createFileDestination } from '@shop/logging';
import { appLine } from './log-file.ts';

const [path = '', lines = '0', maxBytes = '0'] = process.argv.slice(2);
// Enough files are kept for a sidecar that is away for a while.
const destination = createFileDestination({ path, maxBytes: Number(maxBytes), filesKept: 100 });
for (let number = 0; number < Number(lines); number++) destination.write(appLine(number));
destination.close();
process.exitCode = destination.droppedLines > 0 ? 1 : 0;
