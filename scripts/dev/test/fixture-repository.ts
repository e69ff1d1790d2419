import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const real = fileURLToPath(new URL('../../../', import.meta.url));

const files: Readonly<Record<string, string>> = {
  'package-lock.json': '{}',
  'packages/words/src/index.ts': `export const word = 'first';\n`,
  'apps/a/src/main.ts': `import { createServer } from 'node:http';
import { word } from '@shop/words';
import { name } from './name.ts';
const server = createServer((_request, response) => void response.end(word + ' of ' + name));
server.listen(Number(process.env['PORT']), '127.0.0.1');
process.once('SIGTERM', () => process.exit(0));
`,
  'apps/a/src/name.ts': `export const name = 'a';\n`,
  'apps/b/src/main.ts': `import { createServer } from 'node:http';
const server = createServer((_request, response) => void response.end('b'));
server.listen(Number(process.env['PORT']), '127.0.0.1');
process.once('SIGTERM', () => process.exit(0));
`,
};

/** A repository like this one: the apps `a` and `b`, and the package `words`, which only `a` depends on. Not compiled yet. */
export class FixtureRepository implements Disposable {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'shop-repository-')));

  constructor() {
    for (const [path, text] of Object.entries(files)) this.write(path, text);
    cpSync(join(real, 'tsconfig.base.json'), join(this.root, 'tsconfig.base.json'));
    this.#workspace('packages/words', []);
    this.#workspace('apps/a', ['words']);
    this.#workspace('apps/b', []);
    mkdirSync(join(this.root, 'node_modules/@shop'), { recursive: true });
    symlinkSync(join(real, 'node_modules/@types'), join(this.root, 'node_modules/@types'));
    symlinkSync(join(this.root, 'packages/words'), join(this.root, 'node_modules/@shop/words'));
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  delete(path: string): void {
    rmSync(join(this.root, path), { recursive: true });
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  #workspace(folder: string, packages: readonly string[]): void {
    const manifest = {
      name: `@shop/${folder.replace(/^.*\//, '')}`,
      type: 'module',
      exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
      dependencies: Object.fromEntries(packages.map((name) => [`@shop/${name}`, '0.1.0'])),
    };
    this.write(`${folder}/package.json`, JSON.stringify(manifest));
    const settings = {
      extends: '../../tsconfig.base.json',
      compilerOptions: { rootDir: 'src', outDir: 'dist', tsBuildInfoFile: 'dist/.tsbuildinfo' },
      include: ['src'],
      references: packages.map((name) => ({ path: `../../packages/${name}` })),
    };
    this.write(`${folder}/tsconfig.json`, JSON.stringify(settings));
  }
}
