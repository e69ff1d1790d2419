/**
 * The certificate for `--host`, from this machine's own authority. A Secret that was not made here is never changed.
 */
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Kubectl } from '../cluster/kubectl.ts';
import { putCertificate, readCertificate } from '../cluster/secrets.ts';
import { ensureAuthority, isStillGood, makeServerCertificate } from '../kind/certificates.ts';
import { ownTlsSecret } from './judge.ts';

/** Names a browser or curl may use for the host. */
const namesOf = (host: string): string[] => (host === 'localhost' ? [host, '127.0.0.1'] : [host]);

/**
 * Creates the Secret where there is none. Renews a certificate that was made here if it expires soon or is for another
 * name.
 * @returns a line to show when a certificate from another authority is used unchanged.
 */
export async function ensureHostCertificate(
  kubectl: Kubectl,
  host: string,
  folder: string,
): Promise<string | undefined> {
  const found = await readCertificate(kubectl, ownTlsSecret);
  const names = namesOf(host);
  if (found !== '') {
    const { certificate } = await ensureAuthority(folder);
    const present = new X509Certificate(found);
    if (!present.verify(new X509Certificate(await readFile(certificate)).publicKey)) {
      const fits = present.checkHost(host) === undefined ? `, and it is not for ${host}` : '';
      return `The Secret ${ownTlsSecret} holds a certificate that was not made here${fits}: it is left as it is`;
    }
    if (await isStillGood(found, names, folder)) return undefined;
  }
  await putCertificate(kubectl, ownTlsSecret, await makeServerCertificate(names, folder), 'npm-run-deploy');
  return undefined;
}
