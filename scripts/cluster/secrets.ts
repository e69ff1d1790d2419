/** The shop's secrets: made once, at random; in no file, no output and no argument of a command. */
import { randomBytes } from 'node:crypto';
import { services } from '../support/services.ts';
import { withManifest, type Kubectl } from './kubectl.ts';

const namespace = 'shop';
/** Hexadecimal, so that a connection string needs no escaping. */
const password = (): string => randomBytes(24).toString('hex');

/** What each Secret holds, by key. */
const secrets: Readonly<Record<string, Readonly<Record<string, () => string>>>> = {
  'mongo-users': Object.fromEntries(
    ['controller', ...services, 'backup', 'restore'].map((user) => [user, password]),
  ),
  // The key by which the members authenticate to one another: 6 to 1024 characters of base64.
  'mongo-keyfile': { keyfile: () => randomBytes(512).toString('base64') },
  // What a client must present to write. While it is rotated, the file has the old and the new one, a line each.
  'write-token': { token: password },
};

/** Makes what is missing. What is there is never changed: volumes and clients depend on it. The namespace has to exist. */
export async function ensureRandomSecrets(kubectl: Kubectl): Promise<void> {
  await Promise.all(Object.entries(secrets).map(([name, keys]) => ensureSecret(kubectl, name, keys)));
}

async function ensureSecret(
  kubectl: Kubectl,
  name: string,
  keys: Readonly<Record<string, () => string>>,
): Promise<void> {
  const listKeys = 'go-template={{.metadata.name}}{{range $key, $_ := .data}} {{$key}}{{end}}';
  const [found, ...present] = (await get(kubectl, ['secret', name], listKeys)).split(' ');
  const missing = Object.entries(keys).filter(([key]) => !present.includes(key));
  if (missing.length === 0) return;
  const stringData = Object.fromEntries(missing.map(([key, make]) => [key, make()]));
  if (found) return setSecret(kubectl, name, stringData);
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, stringData };
  await withManifest(kubectl, 'create', secret);
}

/** Sets these keys of a Secret that exists, and leaves its others. @throws when it was changed meanwhile. */
export async function setSecret(
  kubectl: Kubectl,
  name: string,
  stringData: Readonly<Record<string, string>>,
): Promise<void> {
  const found = JSON.parse(await get(kubectl, ['secret', name], 'json')) as object;
  // Read and replaced, as `kubectl patch` takes its patch only from a file or an argument.
  await withManifest(kubectl, 'replace', { ...found, stringData });
}

/** The certificate (PEM) in a Secret of type kubernetes.io/tls; empty where there is no such Secret. */
export async function readCertificate(kubectl: Kubectl, name: string): Promise<string> {
  const found = await get(kubectl, ['secret', name], String.raw`jsonpath={.data.tls\.crt}`);
  return Buffer.from(found, 'base64').toString();
}

/** Puts a certificate and its key into a Secret; replaces those that are there. @param manager the field manager. */
export async function putCertificate(
  kubectl: Kubectl,
  name: string,
  pair: { readonly certificate: string; readonly key: string },
  manager: string,
): Promise<void> {
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/tls',
    metadata: { name, namespace },
    stringData: { 'tls.crt': pair.certificate, 'tls.key': pair.key },
  };
  // Server-side apply: client-side apply would keep the private key in an annotation, too.
  const owner = ['--server-side', '--field-manager', manager, '--force-conflicts'];
  await kubectl(['apply', ...owner, '--filename', '-'], { input: JSON.stringify(secret) });
}

/** @returns an empty text where there is no such object. */
export const get = (kubectl: Kubectl, object: readonly string[], output = 'name'): Promise<string> =>
  kubectl(['--namespace', namespace, 'get', ...object, '--ignore-not-found', '--output', output]);
