/** Whether the store has what the supplier's feed has, and nothing else. */
import { readFile } from 'node:fs/promises';

const [supplier] = process.argv.slice(2);
const wanted = new Set((await readFile(`/feeds/${supplier}.csv`, 'utf8')).match(/^SP-\d+/gm));
const response = await fetch('http://store/products');
const found = new Set((await response.text()).split('\n').filter(Boolean));
const problems = [
  ...[...wanted.difference(found)].map((sku) => `${sku} is missing`),
  ...[...found.difference(wanted)].map((sku) => `${sku} is in no feed`),
];
console.log(problems.length > 0 ? problems.join('\n') : `${found.size} products, as in the feed`);
if (problems.length > 0) process.exitCode = 1;
