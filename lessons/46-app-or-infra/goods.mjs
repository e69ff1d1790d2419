/**
 * `node goods.mjs list|remove`: the goods of this lesson that the shop has, counted by series and version, or taken away.
 * Needs SHOP_TOKEN, and the shop's authority in NODE_EXTRA_CA_CERTS.
 */
const [what] = process.argv.slice(2);
const shop = 'https://localhost:8443/product';
const sellerId = '01941f29-7c46-7000-8000-000000000046';

async function ask(url, method = 'GET') {
  const headers = { authorization: `Bearer ${process.env.SHOP_TOKEN}` };
  const response = await fetch(url, { method, headers, signal: AbortSignal.timeout(10_000) });
  if (!response.ok && response.status !== 404) throw new Error(`${method} ${url}: ${response.status}`);
  return response;
}

const { items } = await (await ask(`${shop}?limit=100&sellerId=${sellerId}`)).json();
if (what === 'remove') for (const { id } of items) await ask(`${shop}/${id}`, 'DELETE');
else {
  const kinds = items.map(({ sku, version }) => `${sku.split('-')[1]}: version ${version}`);
  for (const kind of [...new Set(kinds)].sort((a, b) => a.localeCompare(b)))
    console.log(`${kinds.filter((other) => other === kind).length} × ${kind}`);
}
