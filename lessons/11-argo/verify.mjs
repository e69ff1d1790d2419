/** Whether the shop has of each supplier what its feed has, and nothing else. */
const read = async (url) => {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response.text();
};

const { feeds } = JSON.parse(await read('http://legacy-supplier/feeds'));
for (const { supplier, seller } of feeds) {
  const lines = (await read(`http://legacy-supplier/feeds/${supplier}`)).trim().split('\n');
  const wanted = new Set(lines.flatMap((line) => JSON.parse(line).product?.sku ?? []));
  const { items } = JSON.parse(await read(`http://product/product?limit=100&sellerId=${seller.id}`));
  const there = new Set(items.map(({ sku }) => sku));
  const problems = [
    ...[...wanted.difference(there)].map((sku) => `${sku} is missing`),
    ...[...there.difference(wanted)].map((sku) => `${sku} is in no feed`),
  ];
  console.log(
    `${supplier}: ${problems.length > 0 ? problems.join(', ') : `${there.size} goods, as in its feed`}`,
  );
  if (problems.length > 0) process.exitCode = 1;
}
