import { inNamespace, type Kubectl } from './kubectl.ts';

/** The token that a client has to present to write: the first of the Secret. @throws when there is none. */
export async function readWriteToken(kubectl: Kubectl): Promise<string> {
  const get = ['get', 'secret', 'write-token', '--ignore-not-found', '--output', 'jsonpath={.data.token}'];
  const encoded = await inNamespace(kubectl, 'shop')(...get);
  const [token] = Buffer.from(encoded, 'base64').toString().trim().split('\n');
  if (!token) throw new Error('the Secret write-token has no token: npm run up and npm run deploy make it');
  return token;
}
