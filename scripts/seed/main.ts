/** `node scripts/seed/main.ts [URL]`: fills a shop that has no users yet. SHOP_TOKEN: its token for writes, if any. */
import { seed, SeedError } from './seed.ts';

const token = process.env['SHOP_TOKEN'];
const [url = 'http://localhost:8080', ...rest] = process.argv.slice(2);
if (!URL.canParse(url) || rest.length > 0) {
  process.stderr.write('Usage: node scripts/seed/main.ts [URL]     (default: http://localhost:8080)\n');
  process.exit(2);
}

try {
  const { created } = await seed(url, token ? { token } : {});
  process.stdout.write(
    created === 0
      ? `The shop at ${url} has users already: nothing was added.\n`
      : `The shop at ${url} has ${created} more users and products.\n`,
  );
} catch (error) {
  if (!(error instanceof SeedError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
