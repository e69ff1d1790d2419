// GET /price?quantity=3, and the count of its responses at /metrics, as Prometheus reads it.
import { createServer } from 'node:http';
import { price, version } from './price.mjs';

const counts = { 200: 0, 500: 0 };

function respond(url) {
  try {
    return [200, `version ${version}: ${price(Number(url.searchParams.get('quantity')))}\n`];
  } catch (error) {
    return [500, `version ${version}: ${error.message}\n`];
  }
}

const metrics = () =>
  Object.entries(counts)
    .map(([status, count]) => `http_requests_total{status="${status}"} ${count}\n`)
    .join('');

createServer((request, response) => {
  const url = new URL(request.url, 'http://localhost');
  if (url.pathname === '/livez') return response.end();
  if (url.pathname === '/metrics')
    return response.setHeader('content-type', 'text/plain; version=0.0.4').end(metrics());
  const [status, text] = respond(url);
  counts[status] += 1;
  response.writeHead(status).end(text);
}).listen(8080);

// It goes on serving for a moment after SIGTERM, until no client sends it requests any more.
process.on('SIGTERM', () => setTimeout(() => process.exit(), 3000));
