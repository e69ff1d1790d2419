/**
 * `node remove.mjs TIME`: takes away what imports have brought since then, goods and sellers. Needs SHOP_TOKEN, and the
 * shop's authority in NODE_EXTRA_CA_CERTS.
 */
const [since] = process.argv.slice(2);
const shop = 'https://localhost:8443';
const authorization = `Bearer ${process.env.SHOP_TOKEN}`;
/** Those of k8s/base/legacy-supplier/mappings. */
const sellers = ['a1', 'a2', 'a3'].map((end) => `01941f29-7c00-7000-8000-0000000000${end}`);

const isNew = ({ createdAt }) => Date.parse(createdAt) >= Date.parse(since);

async function read(path) {
  const response = await fetch(`${shop}${path}`, { signal: AbortSignal.timeout(10_000) });
  if (response.status === 404) return undefined;
  if (!response.ok) throw new Error(`GET ${path} was answered ${response.status}`);
  return response.json();
}

async function remove(path) {
  const response = await fetch(`${shop}${path}`, {
    method: 'DELETE',
    headers: { authorization },
    signal: AbortSignal.timeout(10_000),
  });
  if (response.status !== 204 && response.status !== 404)
    throw new Error(`DELETE ${path} was answered ${response.status}`);
}

for (const seller of sellers) {
  const { items } = await read(`/product?limit=100&sellerId=${seller}`);
  for (const { id } of items.filter(isNew)) await remove(`/product/${id}`);
  const user = await read(`/user/${seller}`);
  if (user && isNew(user)) await remove(`/user/${seller}`);
}
