/** The database's secrets: made in the cluster once, at random; in no file, no output and no argument of a command. */
import { randomBytes } from 'node:crypto';
import { kubectl } from './kubectl.ts';
import { paths } from './names.ts';

const namespace = 'shop';
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
};

/** Makes what is missing, and never changes what is there: volumes depend on it. */
export async function ensureSecrets(): Promise<void> {
  if ((await get(['namespace', namespace])) === '')
    await kubectl(['apply', '--filename', `${paths.root}k8s/base/namespace.yaml`]);
  for (const [name, keys] of Object.entries(secrets)) await ensureSecret(name, keys);
}

async function ensureSecret(name: string, keys: Readonly<Record<string, () => string>>): Promise<void> {
  const listKeys = 'go-template={{.metadata.name}}{{range $key, $_ := .data}} {{$key}}{{end}}';
  const [found, ...present] = (await get(['secret', name], listKeys)).split(' ');
  const missing = Object.entries(keys).filter(([key]) => !present.includes(key));
  if (missing.length === 0) return;
  const stringData = Object.fromEntries(missing.map(([key, make]) => [key, make()]));
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, stringData };
  await (found
    ? kubectl(['--namespace', namespace, 'patch', 'secret', name, '--patch-file', '/dev/stdin'], {
        input: JSON.stringify({ stringData }),
      })
    : kubectl(['create', '--filename', '-'], { input: JSON.stringify(secret) }));
}

/** @returns an empty text where there is no such object. */
const get = (object: readonly string[], output = 'name'): Promise<string> =>
  kubectl(['--namespace', namespace, 'get', ...object, '--ignore-not-found', '--output', output]);
