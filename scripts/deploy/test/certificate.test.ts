import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { makeServerCertificate } from '../../kind/certificates.ts';
import { ensureHostCertificate } from '../certificate.ts';
import { fakeKubectl } from './support/fake-kubectl.ts';

let folder: string;
let elsewhere: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'shop-authority-'));
  elsewhere = mkdtempSync(join(tmpdir(), 'shop-authority-'));
});
afterAll(() => {
  for (const each of [folder, elsewhere]) rmSync(each, { recursive: true });
});

/** A cluster whose Secret holds this certificate, and what is applied to it. */
function cluster(certificate = '') {
  const kubectl = fakeKubectl({ secret: Buffer.from(certificate).toString('base64'), apply: '' });
  const applied = () =>
    kubectl.calls
      .filter(({ args }) => args.includes('apply'))
      .map(({ options }) => JSON.parse(options.input ?? '') as { stringData: Record<string, string> });
  return { kubectl, applied };
}

test('a certificate for the host is made where there is none', async () => {
  const { kubectl, applied } = cluster();
  expect(await ensureHostCertificate(kubectl, 'shop.example', folder)).toBeUndefined();
  const [secret, ...more] = applied();
  expect(more).toEqual([]);
  const made = new X509Certificate(secret?.stringData['tls.crt'] ?? '');
  expect(made.checkHost('shop.example')).toBe('shop.example');
});

test('one that was made here stays while it is good, and is made again for another name', async () => {
  const { certificate } = await makeServerCertificate(['shop.example'], folder);
  const same = cluster(certificate);
  expect(await ensureHostCertificate(same.kubectl, 'shop.example', folder)).toBeUndefined();
  expect(same.applied()).toEqual([]);
  const other = cluster(certificate);
  await ensureHostCertificate(other.kubectl, 'other.example', folder);
  expect(other.applied()).toHaveLength(1);
});

test('a certificate of another authority is never overwritten, even when it does not fit', async () => {
  const { certificate } = await makeServerCertificate(['shop.example'], elsewhere);
  const { kubectl, applied } = cluster(certificate);
  expect(await ensureHostCertificate(kubectl, 'other.example', folder)).toMatch(
    /not made here, and it is not for other\.example: it is left as it is/,
  );
  expect(applied()).toEqual([]);
});
