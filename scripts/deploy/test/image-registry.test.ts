import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { platformProblems, pushProblems } from '../image-registry.ts';
import { images } from '../names.ts';

const path = process.env['PATH'];
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shop-docker-'));
  process.env['PATH'] = `${folder}:${path}`;
});
afterEach(() => {
  process.env['PATH'] = path;
  rmSync(folder, { recursive: true });
});

/** A fake docker that records how it is called, and then runs `script`. */
function fakeDocker(script: string): () => string {
  const file = join(folder, 'docker');
  writeFileSync(file, `#!/bin/sh\necho "$*" >>'${folder}/calls'\n${script}\n`);
  chmodSync(file, 0o755);
  return () => readFileSync(join(folder, 'calls'), 'utf8');
}

describe('the registry', () => {
  test('that takes an image under each of the names is fine, and nothing of them stays here', async () => {
    const calls = fakeDocker('exit 0');
    expect(await pushProblems('ghcr.io/owner/shop')).toEqual([]);
    for (const name of images)
      expect(calls()).toContain(`push --quiet ghcr.io/owner/shop/${name}:push-check\n`);
    expect(calls()).toMatch(/image rm --force ghcr\.io/);
  });

  test.each([
    ['ghcr.io/owner/shop', 'docker login ghcr.io'],
    [
      '1.dkr.ecr.eu-west-1.amazonaws.com/shop',
      'aws ecr create-repository --region eu-west-1 --repository-name shop/$name',
    ],
    ['europe-docker.pkg.dev/project/shop', 'gcloud auth configure-docker europe-docker.pkg.dev'],
    ['mine.azurecr.io/shop', 'az acr login --name mine'],
    ['localhost:5002/shop', 'curl http://localhost:5002/v2/'],
  ])('that refuses is a problem, with what to do: %s', async (repository, remedy) => {
    fakeDocker('case $1 in push) echo "denied: requested access is denied"; exit 1 ;; esac');
    const [problem, ...more] = await pushProblems(repository);
    expect(more).toEqual([]);
    expect(problem).toContain('The registry takes no images: ');
    expect(problem).toContain('denied: requested access is denied');
    expect(problem).toContain(remedy);
  });

  test('that lacks one repository says which', async () => {
    fakeDocker('case "$*" in "push "*/user:*) echo "name unknown"; exit 1 ;; esac');
    expect(await pushProblems('mine.azurecr.io/shop')).toEqual([
      expect.stringContaining('(1 of 6 images): mine.azurecr.io/shop/user:push-check: name unknown'),
    ]);
  });
});

const inspected = (platforms: string) =>
  fakeDocker(`cat <<'END'\nName:   default\nDriver: docker\n\nNodes:\nName:      default\n${platforms}\nEND`);

describe('the platforms of the nodes', () => {
  test('that the builder knows, natively or emulated, are fine', async () => {
    inspected('Platforms: linux/amd64*, linux/amd64/v2, linux/arm64, linux/386');
    expect(await platformProblems(['linux/amd64', 'linux/arm64'])).toEqual([]);
  });

  test('that it does not know are a problem', async () => {
    inspected('Platforms: linux/amd64, linux/386');
    expect(await platformProblems(['linux/amd64', 'linux/arm64'])).toEqual([
      expect.stringMatching(/images for linux\/arm64, which cannot be built here.*binfmt --install arm64/),
    ]);
  });

  test('that a builder does not list are left to the build', async () => {
    inspected('Status: inactive');
    expect(await platformProblems(['linux/arm64'])).toEqual([]);
  });
});
