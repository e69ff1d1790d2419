import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually } from '@shop/testing/eventually';
import { rmSync } from 'node:fs';
import type { Follower } from '../src/follow/follower.ts';
import { createStats, FailureLog } from '../src/metrics.ts';
import { ChangeWatch, Loop, type Pipeline } from '../src/pipeline.ts';
import type { Checkpoint } from '../src/write/checkpoint.ts';
import { LogDirectory } from './support/log-directory.ts';
import { createOwnLog } from './support/own-log.ts';

const never = new AbortController().signal;
const anHour = 3_600_000;

let log: LogDirectory;
beforeEach(() => {
  log = new LogDirectory();
});
afterEach(() => log.remove());

describe('the watch for changes', () => {
  test.each([
    ['a line is written', () => log.write('a line\n')],
    ['the file is rotated', () => log.rotate()],
  ])('ends the wait when %s', async (_what, change) => {
    log.write('the first\n');
    const changes = new ChangeWatch(log.path);
    expect(changes.arm()).toBe(true);
    const waited = changes.wait(anHour, never);
    change();
    expect(await waited).toBe(true);
    expect(changes.armed).toBe(false);
  });

  test('knows what happened between arming and waiting', async () => {
    const changes = new ChangeWatch(log.path);
    changes.arm();
    log.write('a line\n');
    expect(await changes.wait(anHour, never)).toBe(true);
  });

  test('waits no longer than the given time, and not after the signal', async () => {
    const changes = new ChangeWatch(log.path);
    changes.arm();
    expect(await changes.wait(1, never)).toBe(false);
    expect(await changes.wait(anHour, AbortSignal.abort())).toBe(false);
    expect(changes.armed).toBe(true);
    changes.disarm();
  });

  test('is not armed where there is no folder', () => {
    rmSync(log.directory, { recursive: true });
    expect(new ChangeWatch(log.path).arm()).toBe(false);
  });
});

describe('an idle file', () => {
  /** What the loop needs of the pipeline, with a count of its looks at the file. */
  class Looks {
    count = 0;
    waits = false;
    resume(): void {}
    async turn(): Promise<boolean> {
      this.count += 1;
      return false;
    }
    async finish(): Promise<void> {}
  }

  function start(looks: Looks, changes: ChangeWatch): Loop {
    const { logger } = createOwnLog();
    let time = 0;
    return new Loop({
      pipeline: looks as unknown as Pipeline,
      follower: { survey: () => {}, close: () => {}, unfinishedBytes: 0, lagBytes: 0 } as unknown as Follower,
      checkpoint: { close: () => {} } as unknown as Checkpoint,
      failures: new FailureLog('input', logger, createStats()),
      changes,
      logger,
      pollIntervalMs: 1,
      idlePollIntervalMs: anHour,
      drainTimeoutMs: 1000,
      now: () => (time += anHour),
    });
  }

  test('is looked at again when something happens, and not before', async () => {
    const looks = new Looks();
    const changes = new ChangeWatch(log.path);
    const loop = start(looks, changes);
    const running = loop.run();
    await eventually('the watch is armed', () => changes.armed);
    const before = looks.count;
    log.write('a line\n');
    await eventually('it is looked at', () => looks.count > before);
    await loop.stop();
    await running;
    expect(changes.armed).toBe(false);
  });

  test('is looked at as often as before while lines are held back, and where the kernel reports nothing', async () => {
    const looks = new Looks();
    looks.waits = true;
    const changes = new ChangeWatch(log.path);
    const loop = start(looks, changes);
    const running = loop.run();
    await eventually('it is looked at', () => looks.count > 20);
    expect(changes.armed).toBe(false);
    rmSync(log.directory, { recursive: true });
    looks.waits = false;
    const before = looks.count;
    await eventually('it is looked at', () => looks.count > before + 20);
    expect(changes.armed).toBe(false);
    await loop.stop();
    await running;
  });
});
