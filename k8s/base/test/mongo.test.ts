import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import type { Container } from '@shop/testing/kubernetes';
import { parseAllDocuments } from 'yaml';

const k8s = fileURLToPath(new URL('../../', import.meta.url));

/** Everything with an image, wherever it is in the document. */
function containersIn(value: unknown): Container[] {
  if (typeof value !== 'object' || value === null) return [];
  const inside = Object.values(value).flatMap(containersIn);
  return 'image' in value && typeof value.image === 'string' ? [value as Container, ...inside] : inside;
}

function mongods(): Container[] {
  const files = globSync('**/*.yaml', { cwd: k8s });
  const documents = files.flatMap((file) => parseAllDocuments(readFileSync(join(k8s, file), 'utf8')));
  return documents
    .flatMap((document) => containersIn(document.toJS()))
    .filter(({ image }) => image.startsWith('mongo:'));
}

test('R1: every mongod starts on Linux 6.19 and later', () => {
  expect(mongods()).toHaveLength(1);
  for (const { env } of mongods())
    expect(env).toContainEqual({ name: 'GLIBC_TUNABLES', value: 'glibc.pthread.rseq=1' });
});

test('mongod refuses connections before they can use up the sessions of its storage engine', () => {
  // It aborts when an operation finds none left (SERVER-40162).
  for (const { args = [] } of mongods()) {
    const given = args.join(' ');
    const connections = Number(/--maxConns=(\d+)/.exec(given)?.[1]);
    const sessions = Number(/session_max=(\d+)/.exec(given)?.[1]);
    expect(sessions).toBeGreaterThanOrEqual(2 * connections);
  }
});
