import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { paths } from '../names.ts';
import { buildImages } from '../skaffold.ts';

const path = process.env['PATH'];
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shop-skaffold-'));
  const program = join(folder, 'skaffold');
  writeFileSync(program, `#!/bin/sh\nenv >'${folder}/environment'\n`);
  chmodSync(program, 0o755);
  process.env['PATH'] = `${folder}:${path}`;
});
afterEach(() => {
  process.env['PATH'] = path;
  rmSync(folder, { recursive: true });
});

test('R7: images are built without attestations, so that the same content has the same digest', async () => {
  await buildImages('e2e');
  const environment = parseEnv(readFileSync(join(folder, 'environment'), 'utf8'));
  expect(environment).toMatchObject({ BUILDX_NO_DEFAULT_ATTESTATIONS: '1', SKAFFOLD_UPDATE_CHECK: 'false' });
});

test('no usage data is sent: skaffold has settings of the project that say so', async () => {
  await buildImages('e2e');
  const { SKAFFOLD_CONFIG = '' } = parseEnv(readFileSync(join(folder, 'environment'), 'utf8'));
  expect(parse(readFileSync(SKAFFOLD_CONFIG, 'utf8'))).toMatchObject({
    global: { 'collect-metrics': false },
  });
  const settings = parseEnv(readFileSync(join(paths.root, 'skaffold.env'), 'utf8'));
  expect(join(paths.root, settings['SKAFFOLD_CONFIG'] ?? '')).toBe(SKAFFOLD_CONFIG);
});

test('R7: skaffold dev builds them so, too', () => {
  const settings = parseEnv(readFileSync(join(paths.root, 'skaffold.env'), 'utf8'));
  expect(settings).toMatchObject({ BUILDX_NO_DEFAULT_ATTESTATIONS: '1' });
});
