// An app that writes numbered lines to a rotating file, as fast as it can: LOG_FILE, LINES, LOG_FILE_MAX_BYTES.
import { createFileDestination } from '@shop/logging';

const { LOG_FILE: path = '', LINES = '0', LOG_FILE_MAX_BYTES = '1000000' } = process.env;
const destination = createFileDestination({ path, maxBytes: Number(LOG_FILE_MAX_BYTES), filesKept: 1000 });
const padding = 'x'.repeat(120);
for (let number = 0; number < Number(LINES); number++)
  destination.write(
    `{"level":"info","time":"${new Date().toISOString()}","seq":${number},"msg":"${padding}"}\n`,
  );
destination.close();
process.exitCode = destination.droppedLines === 0 ? 0 : 1;
