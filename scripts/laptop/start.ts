/**
 * `npm start`: builds what has changed, then becomes the laptop mode itself, so that signals to end reach it without a
 * shell.
 */
import { buildOrExit } from '../support/build.ts';

// A first build takes some seconds.
const announcement = setTimeout(() => process.stderr.write('Building the shop …\n'), 1_000);
await buildOrExit();
clearTimeout(announcement);
await import('./main.ts');
