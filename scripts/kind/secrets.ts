/** The cluster's secrets: made once, at random; in no file, no output and no argument of a command. */
import { randomBytes } from 'node:crypto';
import { isStillGood, makeServerCertificate } from './certificates.ts';
import { kubectl } from './kubectl.ts';
import { paths } from './names.ts';

const namespace = 'shop';
/** What the Ingress's certificate is for. */
const serverNames = ['localhost', '127.0.0.1'];
/** Safe in a connection string, too. */
const password = (): string => randomBytes(24).toString('hex');

/** What each Secret holds, by key. */
const secrets: Readonly<Record<string, Readonly<Record<string, () => string>>>> = {
  'mongo-users': {
    controller: password,
    user: password,
    product: password,
    backup: password,
    restore: password,
  },
  // What the members prove to one another that they belong together with: 6 to 1024 characters of base64.
  'mongo-keyfile': { keyfile: () => randomBytes(512).toString('base64') },
  // What a client must present to write. While it is rotated, the file has the old and the new one, a line each.
  'write-token': { token: password },
};

/**
 * Makes what is missing. Passwords, keyfile and token are never changed where they are: volumes and clients depend on
 * them; the certificate is renewed when it has to be.
 */
export async function ensureSecrets(): Promise<void> {
  if ((await get(['namespace', namespace])) === '')
    await kubectl(['apply', '--filename', `${paths.root}k8s/base/namespace.yaml`]);
  for (const [name, keys] of Object.entries(secrets)) await ensureSecret(name, keys);
  await ensureCertificate();
}

/** The token that a client has to present to write: the first of the file. @throws when there is none. */
export async function readWriteToken(): Promise<string> {
  const encoded = await get(['secret', 'write-token'], 'jsonpath={.data.token}');
  const [token] = Buffer.from(encoded, 'base64').toString().trim().split('\n');
  if (!token) throw new Error('the Secret write-token has no token: npm run up makes it');
  return token;
}

async function ensureSecret(name: string, keys: Readonly<Record<string, () => string>>): Promise<void> {
  const listKeys = 'go-template={{.metadata.name}}{{range $key, $_ := .data}} {{$key}}{{end}}';
  const [found, ...present] = (await get(['secret', name], listKeys)).split(' ');
  const missing = Object.entries(keys).filter(([key]) => !present.includes(key));
  if (missing.length === 0) return;
  const stringData = Object.fromEntries(missing.map(([key, make]) => [key, make()]));
  if (found) return setSecret(name, stringData);
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, stringData };
  await kubectl(['create', '--filename', '-'], { input: JSON.stringify(secret) });
}

/** Sets these keys of a Secret that exists, and leaves its others. @throws when it was changed meanwhile. */
export async function setSecret(name: string, stringData: Readonly<Record<string, string>>): Promise<void> {
  const found = JSON.parse(await get(['secret', name], 'json')) as object;
  // Read and replaced, as `kubectl patch` takes its patch only from a file or an argument.
  await kubectl(['replace', '--filename', '-'], { input: JSON.stringify({ ...found, stringData }) });
}

/** The Ingress's certificate; Traefik takes a new one as it comes. */
export async function ensureCertificate({ renew = false } = {}): Promise<void> {
  const found = await get(['secret', 'shop-tls'], String.raw`jsonpath={.data.tls\.crt}`);
  const certificate = Buffer.from(found, 'base64').toString();
  if (!renew && certificate !== '' && (await isStillGood(certificate, serverNames))) return;
  const made = await makeServerCertificate(serverNames);
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/tls',
    metadata: { name: 'shop-tls', namespace },
    stringData: { 'tls.crt': made.certificate, 'tls.key': made.key },
  };
  // On the server's side: on this one, kubectl would keep the key in an annotation, too.
  const owner = ['--server-side', '--field-manager', 'npm-run-up', '--force-conflicts'];
  await kubectl(['apply', ...owner, '--filename', '-'], { input: JSON.stringify(secret) });
}

/** @returns an empty text where there is no such object. */
const get = (object: readonly string[], output = 'name'): Promise<string> =>
  kubectl(['--namespace', namespace, 'get', ...object, '--ignore-not-found', '--output', output]);
