import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const app = new URL('../dist/app.js', import.meta.url).href;

/** Builds the service as main.ts does, and prints every module that was loaded until it could listen. */
const program = `
  import { registerHooks } from 'node:module';
  const loaded = [];
  registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
  const { AppProcess } = await import('@shop/lifecycle');
  const { createServiceLogger, serviceConfig } = await import('@shop/service');
  const { createApp } = await import('${app}');
  const config = serviceConfig.parse({
    port: '0', adminPort: '0', databaseUrl: 'mongodb://127.0.0.1:1/user?replicaSet=rs0', neighbourUrl: 'http://127.0.0.1:1',
  });
  await createApp(config, new AppProcess('user', createServiceLogger('user', { ...config, logLevel: 'silent' })));
  process.stdout.write(loaded.join('\\n'), () => process.exit());
`;

test('a service loads nothing that only JSON Schemas and YAML files need', async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', program],
    { cwd: fileURLToPath(new URL('..', import.meta.url)), maxBuffer: 4 * 2 ** 20 },
  );
  const packages = new Set(
    stdout.split('\n').map((url) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1]),
  );
  expect([...packages]).toEqual(expect.arrayContaining(['fastify', 'mongodb', '@nestjs/core', 'zod']));
  for (const name of ['ajv', '@fastify/ajv-compiler', '@fastify/fast-json-stringify-compiler', 'yaml'])
    expect([...packages]).not.toContain(name);
});
