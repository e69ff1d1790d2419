/**
 * The acceptance test of the log sidecar: 1,000,000 lines, written as fast as an app can, with rotation, while the sidecar
 * is killed with SIGKILL three times at random moments, come out exactly once and in order.
 * `node bench/log-sidecar-exactly-once.ts [--lines 1000000] [--kills 3]`; exit code 1 when they do not.
 * A kill in the microseconds between a write and its checkpoint makes the lines of that write, 32 KiB at most, come
 * again, marked as redelivered; they are recognised by their position, as any consumer can, and counted here.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Order } from './log-sidecar/order.ts';
import { optionsOr } from '../scripts/support/command-line.ts';

const options = optionsOr('node bench/log-sidecar-exactly-once.ts', {
  lines: 1_000_000,
  kills: 3,
  'max-bytes': 5 * 1024 * 1024,
});
const { lines, kills } = options;
const program = fileURLToPath(new URL('../apps/log-sidecar/dist/main.js', import.meta.url));
const app = fileURLToPath(new URL('log-sidecar/app.ts', import.meta.url));

const directory = mkdtempSync(join(tmpdir(), 'log-sidecar-exactly-once-'));
const file = join(directory, 'app.log');
const order = new Order();

/** Roughly, to choose the moments. */
const averageLineBytes = 290;

/** Runs the sidecar until it is killed, or has drained everything at the end. */
async function runSidecar(killAfterLines: number | undefined, appEnded: Promise<unknown>): Promise<void> {
  const env = {
    LOG_FILE: file,
    ADMIN_PORT: '0',
    POD_NAME: 'user-1',
    APP_NAME: 'product',
    POLL_INTERVAL_MS: '20',
  };
  const sidecar = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'pipe'], env });
  const closed = once(sidecar, 'close');
  let seen = 0;
  let own = '';
  let killing = false;
  sidecar.stderr.setEncoding('utf8').on('data', (text: string) => {
    own += text;
    // It handles SIGTERM only from here on.
    if (killAfterLines === undefined && text.includes('"following"'))
      void appEnded.then(() => sidecar.kill('SIGTERM'));
  });
  // Read afterwards: until then the reader has to be as fast as a container runtime.
  const parts: Buffer[] = [];
  sidecar.stdout.on('data', (part: Buffer) => {
    parts.push(part);
    seen += part.length / averageLineBytes;
    if (killAfterLines === undefined || seen < killAfterLines || killing) return;
    // In another process and a moment later: this process is awake just when the sidecar has written something.
    killing = true;
    spawn('sh', ['-c', `sleep ${(Math.random() / 20).toFixed(4)}; kill -9 ${sidecar.pid}`]);
  });
  await closed;
  order.acceptAll(parts);
  const problems = own.split('\n').filter((line) => /"level":"(?:warn|error|fatal)"/.test(line));
  if (problems.length > 0) process.stderr.write(`${problems.join('\n')}\n`);
}

try {
  const began = performance.now();
  const writer = spawn(process.execPath, [app, file, String(lines), String(options['max-bytes'])], {
    stdio: 'inherit',
  });
  const appEnded = once(writer, 'exit');
  // All kills fall within the first four fifths, so that there is load at each.
  const moments = Array.from({ length: kills }, () => Math.random());
  const sum = moments.reduce((total, moment) => total + moment, 0);
  for (const moment of moments) {
    const after = Math.max(1, Math.floor((moment / sum) * lines * 0.8 * Math.random()));
    await runSidecar(after, appEnded);
    process.stdout.write(`killed after ${order.next} lines\n`);
  }
  await runSidecar(undefined, appEnded);
  const { lost, broken, torn, repeatedMarked, repeatedUnmarked } = order;
  const exact = order.isExact(lines);
  const seconds = (performance.now() - began) / 1000;
  const counts = {
    lines: order.next,
    kills,
    seconds: Number(seconds.toFixed(1)),
    lost,
    broken,
    torn,
    repeatedUnmarked,
    repeatedMarked,
  };
  process.stdout.write(
    `${JSON.stringify(counts)}\n${exact ? 'exactly once and in order' : 'NOT exactly once'}\n`,
  );
  process.exitCode = exact ? 0 : 1;
} finally {
  rmSync(directory, { recursive: true, force: true });
}
