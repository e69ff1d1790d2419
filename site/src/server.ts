/** Serves the built site on this machine alone. */
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { extname, join, normalize } from 'node:path';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** @param port 0 for any free one. @returns when it listens. */
export async function serve(
  folder: string,
  port: number,
): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer((request, response) => {
    const file =
      request.method === 'GET' || request.method === 'HEAD' ? fileOf(folder, request.url ?? '/') : undefined;
    const found = file ?? join(folder, '404.html');
    response.writeHead(file === undefined ? 404 : 200, {
      'content-type': types[extname(found)] ?? 'application/octet-stream',
    });
    if (request.method === 'HEAD' || !existsSync(found)) response.end();
    else
      createReadStream(found)
        .on('error', () => response.destroy())
        .pipe(response);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return { server, url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : port}/` };
}

/** @returns nothing for what is not there, or not in the folder. */
function fileOf(folder: string, url: string): string | undefined {
  let path: string;
  try {
    path = decodeURIComponent(new URL(url, 'http://localhost').pathname);
  } catch {
    return undefined;
  }
  if (path.includes('\0')) return undefined;
  const wanted = join(folder, normalize(path.endsWith('/') ? `${path}index.html` : path));
  // Addresses without an ending, as other servers of static pages have them.
  return [wanted, `${wanted}.html`].find(
    (file) => file.startsWith(folder) && existsSync(file) && statSync(file).isFile(),
  );
}
