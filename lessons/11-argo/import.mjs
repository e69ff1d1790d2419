/** Brings a supplier's products into the store. A second run changes nothing. */
import { readFile } from 'node:fs/promises';

const [supplier] = process.argv.slice(2);
const feed = await readFile(`/feeds/${supplier}.csv`, 'utf8');
const skus = feed.match(/^SP-\d+/gm) ?? [];
for (const sku of skus) await fetch(`http://store/products/${sku}`, { method: 'PUT' });
console.log(`${skus.length} products imported`);
