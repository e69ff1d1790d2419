import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { FilePlace } from '../../src/follow/follower.ts';
import { createStats, FailureLog } from '../../src/metrics.ts';
import { Checkpoint } from '../../src/write/checkpoint.ts';
import { LogDirectory } from '../support/log-directory.ts';
import { createOwnLog } from '../support/own-log.ts';

const known = {
  inode: '18446744073709551615',
  size: Number.MAX_SAFE_INTEGER,
  digest: '0123456789abcdef',
};
const place: FilePlace = {
  ...known,
  id: '0123456789ab',
  length: Number.MAX_SAFE_INTEGER,
  older: Array.from({ length: 16 }, () => known),
  names: { lastName: '0123456789ab', firstLines: Array.from({ length: 16 }, () => '01234567') },
};

function save(checkpoint: Checkpoint, offset: number, torn = false): void {
  checkpoint.prepare({ file: place, offset, inDoubt: 4096, torn });
  checkpoint.commit();
}

describe('the checkpoint', () => {
  let log: LogDirectory;
  let own: ReturnType<typeof createOwnLog>;
  let stats: ReturnType<typeof createStats>;
  let time: number;
  beforeEach(() => {
    log = new LogDirectory();
    own = createOwnLog();
    stats = createStats();
    time = 0;
  });
  afterEach(() => log.remove());

  const open = (path = log.checkpointPath) =>
    new Checkpoint(path, new FailureLog('checkpoint', own.logger, stats), () => time);

  test('says nothing when there is none', () => {
    expect(open().load()).toBeUndefined();
    expect(own.entries).toEqual([]);
  });

  test('returns what was saved last, with numbers of any size', () => {
    const first = open();
    for (let offset = 0; offset < 5; offset++) save(first, offset);
    save(first, Number.MAX_SAFE_INTEGER, true);
    const second = open();
    expect(second.load()).toEqual({
      file: place,
      offset: Number.MAX_SAFE_INTEGER,
      inDoubt: 4096,
      torn: true,
    });
    save(second, 7);
    expect(open().load()).toEqual({ file: place, offset: 7, inDoubt: 4096, torn: false });
  });

  test('returns the one before when a crash of the machine has torn the last', () => {
    const checkpoint = open();
    save(checkpoint, 1);
    save(checkpoint, 2);
    const bytes = readFileSync(log.checkpointPath);
    const torn = bytes.indexOf('"offset":2');
    bytes.fill(0, torn, torn + 100);
    writeFileSync(log.checkpointPath, bytes);
    expect(open().load()).toMatchObject({ offset: 1 });
    expect(own.entries).toEqual([]);
  });

  test.each(['', 'nonsense', Buffer.alloc(1024), Buffer.alloc(5000, 32)])(
    'starts over when it is damaged',
    (content) => {
      writeFileSync(log.checkpointPath, content);
      expect(open().load()).toBeUndefined();
      expect(own.entries.map(({ code }) => code)).toEqual(content.length > 0 ? ['EBADMSG'] : []);
    },
  );

  test('says a full disk once, tries again every second, and says that it is over', () => {
    const checkpoint = open('/dev/full');
    for (time = 0; time <= 3000; time += 500) save(checkpoint, time);
    expect(own.entries).toEqual([expect.objectContaining({ level: 'error', code: 'ENOSPC' })]);
    expect([stats.failures.checkpoint, checkpoint.age]).toEqual([4, 3500]);
  });

  test('is written again once it can be', () => {
    writeFileSync(`${log.directory}/blocked`, 'a file where the directory should be');
    const checkpoint = open(`${log.directory}/blocked/checkpoint`);
    save(checkpoint, 1);
    rmSync(`${log.directory}/blocked`);
    mkdirSync(`${log.directory}/blocked`);
    time = 999;
    save(checkpoint, 2);
    expect(checkpoint.age).toBe(999);
    time = 1000;
    save(checkpoint, 3);
    expect(checkpoint.age).toBe(0);
    expect(open(`${log.directory}/blocked/checkpoint`).load()).toMatchObject({ offset: 3 });
    expect(own.entries.map(({ level }) => level)).toEqual(['error', 'info']);
  });
});
