import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readRecording, record, RecordingError, replay } from '../src/scene/recording.ts';
import { Scene } from '../src/scene/scene.ts';
import { breaker, target, unit } from './support/entities.ts';

describe('a recording', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'board-recording-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('shows again what was seen, as a recording, with its times moved to now', async () => {
    const file = join(folder, 'a.ndjson');
    const long = 1_000_000;
    const recordedFrom = Date.now();
    const scene = new Scene(() => Date.now() - long);
    scene.put(target);
    const end = record(scene, file);
    scene.put(unit({ state: 'stopped' }));
    const nextTrialAt = Date.now() - long + 5_000;
    scene.put(breaker({ state: 'open', since: Date.now() - long, nextTrialAt }));
    scene.flush();
    scene.addSecond({ at: Date.now() - long, live: 3, fallback: 2, failed: 1, p50: 1, p99: 2 });
    await end();

    const again = new Scene();
    const { signal } = new AbortController();
    await replay(await readRecording(file), again, { speed: Infinity, signal });
    expect(again.all('unit')).toEqual(scene.all('unit'));
    expect(again.get('target', 'target')).toEqual({ ...target, replay: true });
    const trial = again.get('breaker', 'product-user')?.nextTrialAt ?? 0;
    // As far from now as it was then, less the time that the recording took.
    expect(trial - 5_000).toBeGreaterThanOrEqual(recordedFrom);
    expect(trial - 5_000).toBeLessThanOrEqual(Date.now());
  });

  test('of the documentation’s pictures can be read, and shows a breaker that opens', async () => {
    const file = fileURLToPath(new URL('../../../docs/board/stop-user.ndjson', import.meta.url));
    const scene = new Scene();
    const { signal } = new AbortController();
    await replay(await readRecording(file), scene, { speed: Infinity, signal });
    expect(scene.get('breaker', 'product-user')?.state).toMatch(/open/);
  });

  test.each([
    ['', 'its first line has to be a whole scene'],
    ['{', ':1 is not a recording'],
    ['{"type":"scene"}', 'no time'],
    ['{"type":"other","at":1}', 'unknown type other'],
    ['{"type":"change","at":1,"put":[],"drop":[],"events":[]}', 'its first line has to be a whole scene'],
    ['null', 'no time'],
  ])('%j is refused', async (text, why) => {
    const file = join(folder, 'bad.ndjson');
    writeFileSync(file, text);
    await expect(readRecording(file)).rejects.toThrow(RecordingError);
    await expect(readRecording(file)).rejects.toThrow(why);
  });

  test('a file that is not there is named', async () => {
    await expect(readRecording(join(folder, 'none'))).rejects.toThrow(/none is not a recording.*ENOENT/);
  });
});
