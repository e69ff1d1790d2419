/** `node upstream.ts PORT BYTES`: answers every request with a JSON document of that size, and `?large` with 4 MiB. */
import { createServer } from 'node:http';

const [port, bytes] = process.argv.slice(2).map(Number) as [number, number];
const frame = '{"name":""}';
const body = Buffer.from(frame.replace('""', `"${'x'.repeat(bytes - frame.length)}"`));
const headers = { 'content-type': 'application/json', 'content-length': body.length };
const large = Buffer.alloc(4 * 1024 * 1024, 'x');
createServer((request, response) => {
  if (request.url?.endsWith('?large'))
    response.writeHead(200, { ...headers, 'content-length': large.length }).end(large);
  else response.writeHead(200, headers).end(body);
}).listen(port, '127.0.0.1');
