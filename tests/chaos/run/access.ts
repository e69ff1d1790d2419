import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { authorityFile } from '../../../scripts/kind/certificates.ts';
import { baseUrl } from '../../../scripts/kind/names.ts';
import { readWriteToken } from '../../../scripts/kind/secrets.ts';
import type { ShopAddress } from '../load/http-client.ts';

/** How clients come to the shop on kind, and what they present to write. @throws when there is no shop. */
export async function wayIn(url = baseUrl): Promise<ShopAddress & { readonly token: string }> {
  const token = process.env['SHOP_TOKEN'] ?? (await readWriteToken());
  const authority = existsSync(authorityFile) ? await readFile(authorityFile, 'utf8') : undefined;
  return { url: url.replace(/\/+$/, ''), authority, token };
}
