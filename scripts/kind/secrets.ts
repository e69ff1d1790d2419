/** The secrets of the kind cluster: those that every shop has, and a certificate of this machine's authority. */
import * as secrets from '../cluster/secrets.ts';
import { readWriteToken as readToken } from '../cluster/kubectl.ts';
import { isStillGood, makeServerCertificate } from './certificates.ts';
import { kubectl } from './kubectl.ts';
import { paths } from './names.ts';

/** The names in the Ingress's certificate. */
const serverNames = ['localhost', '127.0.0.1'];

/**
 * Makes what is missing. Passwords, keyfile and token are never changed where they are: volumes and clients depend on
 * them; the certificate is renewed when it has to be.
 */
export async function ensureSecrets(): Promise<void> {
  if ((await secrets.get(kubectl, ['namespace', 'shop'])) === '')
    await kubectl(['apply', '--filename', `${paths.root}k8s/base/namespace.yaml`]);
  await Promise.all([secrets.ensureRandomSecrets(kubectl), ensureCertificate()]);
}

/** The token that a client has to present to write. @throws when there is none. */
export const readWriteToken = (): Promise<string> => readToken(kubectl);

/** Sets these keys of a Secret that exists, and leaves its others. @throws when it was changed meanwhile. */
export const setSecret = (name: string, stringData: Readonly<Record<string, string>>): Promise<void> =>
  secrets.setSecret(kubectl, name, stringData);

/** Ensures the Ingress's certificate. Traefik loads a new one without a restart. */
export async function ensureCertificate({ renew = false } = {}): Promise<void> {
  const certificate = await secrets.readCertificate(kubectl, 'shop-tls');
  if (!renew && certificate !== '' && (await isStillGood(certificate, serverNames))) return;
  const made = await makeServerCertificate(serverNames);
  await secrets.putCertificate(kubectl, 'shop-tls', made, 'npm-run-up');
}
