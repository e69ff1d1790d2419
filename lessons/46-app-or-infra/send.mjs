/** `node send.mjs PUT|POST`: sends one product, always the same, and prints the status and the version in the response. */
import { sellerId, send } from './shop.mjs';

const [method] = process.argv.slice(2);
const path = method === 'PUT' ? '/01941f29-7c46-7000-8000-000000000001' : '';
const product = { sku: `LESSON-${method}-1`, name: 'Twice', price: { amount: 1, currency: 'KRW' }, sellerId };
const { status, body } = await send(method, path, product);
console.log(status, body?.version === undefined ? body?.title : `version ${body.version}`);
