/** `node upstream.ts PORT BYTES`: answers every request with a JSON document of that size. */
import { createServer } from 'node:http';

const [port, bytes] = process.argv.slice(2).map(Number) as [number, number];
const frame = '{"name":""}';
const body = Buffer.from(frame.replace('""', `"${'x'.repeat(bytes - frame.length)}"`));
const headers = { 'content-type': 'application/json', 'content-length': body.length };
createServer((_request, response) => response.writeHead(200, headers).end(body)).listen(port, '127.0.0.1');
