import { accessSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';

/** Read at the first request for it: most processes get none, and would keep 1.7 MB. @throws when it is missing. */
function asset(name: string): () => Buffer {
  const path = fileURLToPath(import.meta.resolve(`swagger-ui-dist/${name}`));
  accessSync(path);
  let content: Buffer | undefined;
  return () => (content ??= readFileSync(path));
}

/** Everything that the page needs comes from here, so it works without any other network access. */
const contentSecurityPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'";

/** `/user/openapi.json`, and at `/user/docs` Swagger UI to read and try it. */
export function registerDocumentation(fastify: FastifyInstance, basePath: string, document: object): void {
  const serve = (path: string, type: string, body: string | (() => Buffer)): void => {
    fastify.get(
      basePath + path,
      { config: { produces: [type.split(';')[0] as string] } },
      (_request, reply) =>
        reply
          .type(type)
          .headers({ 'cache-control': 'max-age=300', 'content-security-policy': contentSecurityPolicy })
          .send(typeof body === 'string' ? body : body()),
    );
  };
  serve('/openapi.json', 'application/json', JSON.stringify(document));
  serve('/docs', 'text/html; charset=utf-8', page(basePath));
  serve('/docs/start.js', 'text/javascript; charset=utf-8', start(basePath));
  serve('/docs/swagger-ui.css', 'text/css; charset=utf-8', asset('swagger-ui.css'));
  serve('/docs/swagger-ui-bundle.js', 'text/javascript; charset=utf-8', asset('swagger-ui-bundle.js'));
}

const page = (basePath: string): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${basePath.slice(1)}: API of the shop</title>
    <link rel="stylesheet" href="${basePath}/docs/swagger-ui.css">
    <link rel="icon" href="data:,">
  </head>
  <body>
    <div id="documentation"></div>
    <script src="${basePath}/docs/swagger-ui-bundle.js"></script>
    <script src="${basePath}/docs/start.js"></script>
  </body>
</html>
`;

const start = (basePath: string): string =>
  `SwaggerUIBundle({ url: '${basePath}/openapi.json', dom_id: '#documentation', validatorUrl: null });\n`;
