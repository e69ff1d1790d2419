/**
 * `npm run site`: builds the site and serves it on this machine; with `-- --build` it only builds it, to site/dist. What is
 * not as it has to be (a dead link, a page that would load something from elsewhere) fails the build.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail, parseOptions, SetUpError, UsageError } from '../../scripts/support/command-line.ts';
import { step } from '../../scripts/support/progress.ts';
import { deadLinks, foreignSources } from './links.ts';
import { prepare } from './prepare.ts';
import { serve } from './server.ts';

const usage = 'Usage: npm run site [-- [--build] [--port PORT]]';
const root = fileURLToPath(new URL('../../', import.meta.url));
const site = join(root, 'site');
const output = join(site, 'dist');

function readOptions(args: string[]) {
  const config = {
    args,
    options: {
      build: { type: 'boolean', default: false },
      port: { type: 'string', default: '4321' },
    },
  } as const;
  const { build, port } = parseOptions(config, usage).values;
  if (!/^\d{1,5}$/.test(port)) throw new UsageError(`--port is a number, not "${port}".\n${usage}`);
  return { onlyBuild: build, port: Number(port) };
}

async function buildSite(): Promise<void> {
  const map = await step('Collecting the pages', () => Promise.resolve(prepare(root, join(site, '.pages'))));
  // It reads the configuration, which reads what was collected.
  const { build } = await import('vitepress');
  await step(`Building ${Object.keys(map.sources).length} pages`, () => build(site));
  await step('Checking the links', () => {
    const problems = [...deadLinks(output), ...foreign()];
    if (problems.length > 0) throw new SetUpError(problems.join('\n'));
    return Promise.resolve();
  });
}

const foreign = (): string[] =>
  readdirSync(output, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.html'))
    .flatMap((file) =>
      foreignSources(readFileSync(join(output, file), 'utf8')).map((address) => `${file}: loads ${address}`),
    );

try {
  const { onlyBuild, port } = readOptions(process.argv.slice(2));
  await buildSite();
  if (!onlyBuild) {
    const { url } = await serve(output, port).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') throw error;
      throw new SetUpError(`Port ${port} is in use. Another one: npm run site -- --port ${port + 1}`);
    });
    process.stdout.write(`${url}  (Ctrl-C ends it)\n`);
  }
} catch (error) {
  fail(error);
}
