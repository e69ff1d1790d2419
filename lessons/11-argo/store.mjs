/** A shop in miniature: PUT and DELETE /products/SKU, and GET /products lists the SKUs. */
import { createServer } from 'node:http';

const products = new Set();

createServer(({ method, url }, response) => {
  const sku = decodeURIComponent(url.split('/')[2] ?? '');
  if (method === 'PUT') products.add(sku);
  if (method === 'DELETE') products.delete(sku);
  response.end(
    method === 'GET'
      ? [...products, '']
          .sort((a, b) => a.localeCompare(b))
          .join('\n')
          .trimStart()
      : '',
  );
}).listen(8080);
