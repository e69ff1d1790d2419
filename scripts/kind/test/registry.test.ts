import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { freePort } from '@shop/testing/free-port';
import { pullImages, removeRegistry, startRegistry } from '../registry.ts';

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
  expect(said().toSorted()).toEqual([
    `exec shop-worker ${pull}/product@sha256:bb`,
    `exec shop-worker ${pull}/user@sha256:aa`,
    `exec shop-worker2 ${pull}/product@sha256:bb`,
    `exec shop-worker2 ${pull}/user@sha256:aa`,
  ]);
});

const said = () => readFileSync(join(folder, 'said'), 'utf8').trim().split('\n');
/** A docker with a registry, which runs if it can say how much it keeps. */
const docker = (label: string, mb?: number) =>
  program(
    'docker',
    `echo "$@" >> '${folder}/said'; case "$1 $2" in 'container inspect') echo ${label};; ` +
      `'exec kind-registry') ${mb === undefined ? 'exit 1' : `printf '${mb}\\t/var/lib/registry\\n'`};; esac`,
  );

describe('what was pushed', () => {
  const remove = 'rm --force --volumes kind-registry';
  const removeVolume = 'volume rm --force shop-registry';

  test('is in a volume, which the next registry has as well', async () => {
    program('docker', `echo "$@" >> '${folder}/said'; case "$1" in container) exit 1;; esac`);
    await startRegistry(await freePort());
    expect(said().at(-1)).toMatch(/^run .* --volume shop-registry:\/var\/lib\/registry registry:3$/);
  });

  test('stays when the registry is removed', async () => {
    docker('true', 312);
    expect(await removeRegistry({ images: false })).toBe(312);
    expect(said()).toContain(remove);
    expect(said()).not.toContain(removeVolume);
  });

  test.each([
    { case: 'the user wants it', mb: 312, images: true },
    { case: 'it is too much', mb: 2001, images: false },
    { case: 'the registry has stopped and cannot say how much it is', mb: undefined, images: false },
  ])('goes when $case', async ({ mb, images }) => {
    docker('true', mb);
    expect(await removeRegistry({ images })).toBe(0);
    expect(said().slice(-2)).toEqual([remove, removeVolume]);
  });

  test("stays in another project's registry", async () => {
    docker("''", 312);
    expect(await removeRegistry({ images: false })).toBe(0);
    expect(said()).toHaveLength(1);
  });
});
