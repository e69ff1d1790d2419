import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually } from '@shop/testing/eventually';
import { LogDirectory } from '../support/log-directory.ts';
import { SidecarProcess } from '../support/process.ts';
import { withoutRepeated, type OutputLine } from '../support/stepwise.ts';

const app = new URL('../support/app-process.ts', import.meta.url).pathname;
const lineCount = 60_000;

describe('under full load', () => {
  let log: LogDirectory;
  beforeEach(() => {
    log = new LogDirectory();
  });
  afterEach(() => log.remove());

  test('with rotation and three kills every line comes exactly once and in order', async () => {
    const writer = spawn(process.execPath, [app], {
      stdio: 'inherit',
      env: { LOG_FILE: log.path, LINES: String(lineCount), LOG_FILE_MAX_BYTES: '300000' },
    });
    const exit = once(writer, 'exit');
    const output: string[] = [];
    for (let kill = 1; kill <= 3; kill++) {
      using sidecar = new SidecarProcess(log);
      // At any moment: in the middle of its work when so many lines have come.
      await eventually('it is at work', () => sidecar.lines.length > 500 + Math.random() * 10_000, {
        everyMs: 10,
      });
      await sidecar.kill('SIGKILL');
      output.push(...sidecar.lines);
    }
    using sidecar = new SidecarProcess(log);
    const [code] = (await exit) as [number];
    expect(code).toBe(0);
    await sidecar.untilFollowing();
    expect(await sidecar.kill('SIGTERM')).toBe(0);
    output.push(...sidecar.lines);

    // An empty line is possible where a kill cut a line off; the line itself is repeated.
    const lines = output.filter(Boolean).map((line) => JSON.parse(line) as OutputLine);
    const single = withoutRepeated(lines);
    expect(single.length).toBe(lineCount);
    expect(single.findIndex((line, index) => line['seq'] !== index)).toBe(-1);
    // At most one write for each kill.
    expect(lines.length - single.length).toBeLessThan(3 * 200);
    expect(sidecar.own.filter(({ level }) => level !== 'info')).toEqual([]);
  }, 120_000);
});
