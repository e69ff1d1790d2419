/** `npm start`: runs the shop until a signal ends it. */
import { SeedError } from '../seed/seed.ts';
import { AlreadyRunningError } from './control-server.ts';
import { DataDirError } from './data-dir.ts';
import { exitCodeOf, SetUpError } from '../support/command-line.ts';
import { prepareLaptop, welcome } from './laptop.ts';
import { readOptions, usage } from './options.ts';
import { createOutput } from './output.ts';
import { PortError } from './ports.ts';
import { onSignalToEnd } from './signals.ts';
import { NotReadyError } from './supervised.ts';

const say = (text: string): void => void process.stderr.write(`${text}\n`);

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options === 'help') return void process.stdout.write(usage);
  const output = createOutput(process.stdout, process.stderr);
  const laptop = await prepareLaptop(options, output);

  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    say('Closing the shop …');
    void laptop.stop().then(() => {
      say('The shop is closed.');
      process.exit();
    });
  };
  onSignalToEnd(stop, () => process.exit(1));
  // The reader of the log has gone (`npm start | head`): stop.
  process.stdout.on('error', stop);

  try {
    await laptop.start();
    output.open();
    if (!stopping) say(welcome(laptop.status(), options));
  } catch (error) {
    if (stopping) return;
    say(explain(error));
    process.exitCode = 1;
    stop();
  }
}

function explain(error: unknown): string {
  if (error instanceof NotReadyError)
    return [
      `The shop cannot open: ${error.message}. Its last lines:`,
      ...error.lines.map((line) => `  ${line}`),
    ].join('\n');
  if (!(error instanceof Error)) return String(error);
  const expected = [SetUpError, DataDirError, PortError, AlreadyRunningError, SeedError];
  return expected.some((type) => error instanceof type) ? error.message : (error.stack ?? error.message);
}

try {
  await main();
} catch (error) {
  say(explain(error));
  process.exitCode = exitCodeOf(error);
}
