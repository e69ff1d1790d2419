import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { openStore, type Store } from '../src/index.ts';
import { eventually } from '@shop/testing/eventually';
import { idOf, peopleSpec, person } from './people.ts';
import { recordingLog } from './recording-log.ts';

const unavailable = (message: RegExp) =>
  expect.objectContaining({ name: 'StoreUnavailableError', message: expect.stringMatching(message) });
const script = (name: string) => join(import.meta.dirname, 'processes', name);
const spec = peopleSpec('people');

describe('the SQLite file', () => {
  let directory: string;
  let path: string;
  const opened: Store[] = [];
  const open = async (options = {}) => {
    const store = await openStore(`sqlite:${path}`, options);
    opened.push(store);
    return store;
  };

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'store-'));
    path = join(directory, 'made', 'when', 'needed', 'shop #1?.db');
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((store) => store.close()));
    await rm(directory, { recursive: true });
  });

  test('is touched by the first operation, not by opening', async () => {
    const store = await open();
    await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' });
    await store.ready();

    expect((await stat(path)).isFile()).toBe(true);
  });

  test('has every acknowledged write after a kill -9 in the midst of writing', async () => {
    const acknowledged: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      const writer = spawn(process.execPath, [script('insert-forever.ts'), path, String(round * 100_000)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let output = '';
      writer.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
      await eventually('the writer has written', () => output.split('\n').length > 40);
      writer.kill('SIGKILL');
      await once(writer, 'close');
      // After the last line feed there may be half a line.
      acknowledged.push(...output.split('\n').slice(0, -1));
    }
    const people = (await open()).collection(spec);
    const limit = acknowledged.length + 10;
    const { items } = await people.list({ limit });

    expect(items.map(({ id }) => id)).toEqual(expect.arrayContaining(acknowledged));
    // None is stored in part: each stored one has its last word.
    expect(await people.list({ limit, text: 'last' })).toEqual({ items });
    expect(items.length - acknowledged.length).toBeLessThanOrEqual(3);
    const raw = new DatabaseSync(path);
    expect(raw.prepare('PRAGMA integrity_check').get()).toMatchObject({ integrity_check: 'ok' });
    raw.close();
  }, 20_000);

  test('loses no increment between processes', async () => {
    const people = (await open()).collection(spec);
    await people.insert(person(1));
    const args = [script('increment.ts'), path, '50'];
    await Promise.all([args, args].map((same) => promisify(execFile)(process.execPath, same)));

    expect(await people.find(idOf(1))).toMatchObject({ visits: 100, version: 101 });
  }, 20_000);

  test('is unavailable to writers, not to readers, while another process holds its lock', async () => {
    const store = await open();
    const people = store.collection(spec);
    await people.insert(person(1));
    const other = new DatabaseSync(path);
    other.exec('BEGIN IMMEDIATE');

    await expect(people.insert(person(2))).rejects.toEqual(unavailable(/BUSY/));
    await expect(store.ready()).rejects.toEqual(unavailable(/BUSY/));
    expect(await people.find(idOf(1))).toStrictEqual(person(1));
    other.close();
    await store.ready();
    await people.insert(person(2));
  });

  test('of a newer program is left alone, with a clear message', async () => {
    await mkdir(join(path, '..'), { recursive: true });
    const newer = new DatabaseSync(path);
    newer.exec('PRAGMA user_version = 2');
    const store = await open();
    const people = store.collection(spec);

    await expect(store.ready()).rejects.toEqual(unavailable(/schema version 2, written by a newer program/));
    await expect(people.insert(person(1))).rejects.toEqual(unavailable(/newer/));
    expect(newer.prepare('SELECT count(*) AS tables FROM sqlite_master').get()).toMatchObject({ tables: 0 });
    expect(newer.prepare('PRAGMA journal_mode').get()).toMatchObject({ journal_mode: 'delete' });
    newer.close();
  });

  test('that is not a database is unavailable until it is one', async () => {
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, 'not a database, but long enough to look like one'.repeat(100));
    const people = (await open()).collection(spec);

    await expect(people.insert(person(1))).rejects.toEqual(unavailable(/cannot be opened/));
    await rm(path);
    await people.insert(person(1));
    expect(await people.find(idOf(1))).toStrictEqual(person(1));
  });

  test('is not created again when it was removed in use, and is opened when it is put back', async () => {
    const log = recordingLog();
    const store = await open({ log });
    const people = store.collection(spec);
    await people.insert(person(1));
    await store.ready();
    await rename(join(directory, 'made'), join(directory, 'away'));

    await expect(people.insert(person(2))).rejects.toEqual(unavailable(/cannot be opened/));
    await expect(people.find(idOf(1))).rejects.toEqual(unavailable(/cannot be opened/));
    await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' });
    await rename(join(directory, 'away'), join(directory, 'made'));
    await people.insert(person(2));

    expect((await people.list({ limit: 9 })).items).toStrictEqual([person(1), person(2)]);
    expect(log.lines).toEqual([
      expect.stringMatching(/^info the database answers/),
      expect.stringMatching(/^warn the database does not answer .*cannot be opened/),
      expect.stringMatching(/^info the database answers/),
    ]);
  });

  test('serves a collection whose indexed fields have changed since', async () => {
    const before = await open();
    const old = before.collection({ ...spec, unique: [], filters: [], text: [] });
    await old.insert(person(1, { city: 'Jeju', about: '감귤', badge: 'A1' }));
    await before.close();
    const people = (await open()).collection(spec);

    expect((await people.list({ limit: 9, where: { city: 'Jeju' }, text: '감' })).items).toHaveLength(1);
    await expect(people.insert(person(2, { badge: 'A1' }))).rejects.toMatchObject({ field: 'badge' });
  });

  test('S6: finds what a program stored that folded words in another way', async () => {
    const before = await open();
    await before.collection(spec).insert(person(1, { name: 'Straße' }));
    await before.close();
    const raw = new DatabaseSync(path);
    const layout = JSON.stringify({ unique: ['email', 'badge'], filters: spec.filters, text: spec.text });
    raw.prepare('UPDATE _layouts SET layout = ?').run(layout);
    raw.exec("UPDATE _people_words SET word = 'straße'");
    raw.close();
    const people = (await open()).collection(spec);

    for (const text of ['STRASSE', 'straße']) {
      expect((await people.list({ limit: 9, text })).items).toEqual([person(1, { name: 'Straße' })]);
    }
  });
});
