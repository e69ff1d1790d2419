/** What the old suppliers have in the shop. */
const read = async (url) => (await fetch(url, { signal: AbortSignal.timeout(10_000) })).json();

const { feeds } = await read('http://legacy-supplier/feeds');
const pages = feeds.map(({ seller }) => read(`http://product/product?limit=100&sellerId=${seller.id}`));
const goods = (await Promise.all(pages)).flatMap(({ items }) => items);
console.log(`tonight: ${goods.length} goods of ${feeds.length} suppliers`);
