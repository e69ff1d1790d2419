/** `node products.mjs list|remove`: the products of this lesson, counted by series and version, or removed. */
import { sellerId, send } from './shop.mjs';

const [what] = process.argv.slice(2);
const { body } = await send('GET', `?limit=100&sellerId=${sellerId}`);
if (what === 'remove') {
  for (const { id } of body.items) {
    const { ok, status } = await send('DELETE', `/${id}`);
    if (!ok && status !== 404) throw new Error(`the response to DELETE of ${id} was ${status}`);
  }
} else {
  const kinds = body.items.map(({ sku, version }) => `${sku.split('-')[1]}: version ${version}`);
  for (const kind of [...new Set(kinds)].sort((a, b) => a.localeCompare(b)))
    console.log(`${kinds.filter((other) => other === kind).length} × ${kind}`);
}
