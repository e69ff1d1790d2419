import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { pullImages } from '../registry.ts';

const path = process.env['PATH'];
let folder: string;
const program = (name: string, script: string): void => {
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
};
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shop-registry-'));
  process.env['PATH'] = `${folder}:${path}`;
});
afterEach(() => {
  process.env['PATH'] = path;
  rmSync(folder, { recursive: true });
});

test('new workers pull every image by its digest, and go on after one that cannot be pulled', async () => {
  program('kind', 'printf "shop-control-plane\\nshop-worker\\nshop-worker2\\n"');
  program('docker', `echo "$@" >> '${folder}/said'; case "$*" in *user*) exit 1;; esac`);
  const images = join(folder, 'images.json');
  const tags = ['localhost:5001/user:latest@sha256:aa', 'localhost:5001/product:latest@sha256:bb'];
  writeFileSync(images, JSON.stringify({ builds: tags.map((tag) => ({ imageName: 'any', tag })) }));
  await pullImages(images);
  const pull = 'ctr --namespace k8s.io images pull --hosts-dir /etc/containerd/certs.d localhost:5001';
  const said = readFileSync(join(folder, 'said'), 'utf8').trim().split('\n');
  expect(said.toSorted()).toEqual([
    `exec shop-worker ${pull}/product@sha256:bb`,
    `exec shop-worker ${pull}/user@sha256:aa`,
    `exec shop-worker2 ${pull}/product@sha256:bb`,
    `exec shop-worker2 ${pull}/user@sha256:aa`,
  ]);
});
