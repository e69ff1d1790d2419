/** `node bare-http-proxy.ts PORT UPSTREAM`: http-proxy with kept connections and nothing else, as the baseline. */
import { Agent, createServer, ServerResponse } from 'node:http';
import httpProxy from 'http-proxy';

const [port, target] = process.argv.slice(2) as [string, string];
const agent = new Agent({ keepAlive: true, maxSockets: Infinity, maxFreeSockets: 256 });
const proxy = httpProxy.createProxyServer({ target, agent });
proxy.on('error', (_error, _request, response) => {
  if (response instanceof ServerResponse) response.writeHead(502).end();
});
// As long as the ambassador: idle connections are counted, too.
const options = { keepAliveTimeout: 65_000 };
createServer(options, (request, response) => proxy.web(request, response)).listen(Number(port), '127.0.0.1');
