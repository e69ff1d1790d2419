import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { openStore, parseStoreUrl } from '../src/index.ts';

describe('the URL of a store', () => {
  test.each([
    ['sqlite:/data/shop.db', '/data/shop.db'],
    ['sqlite:///data/shop.db', '/data/shop.db'],
    ['sqlite:.shop/user.db', '.shop/user.db'],
    ['sqlite:C:\\shop\\user.db', 'C:\\shop\\user.db'],
  ])('%s names a file', (url, path) => {
    expect(parseStoreUrl(url)).toEqual({ kind: 'sqlite', path });
  });

  test.each([
    'mongodb://mongo-0.mongo:27017,mongo-1.mongo:27017/userdb?replicaSet=rs0',
    'mongodb://shop:p%40ss@mongo/userdb?authSource=admin&replicaSet=rs0',
  ])('%s names a replica set', async (url) => {
    expect(parseStoreUrl(url)).toEqual({ kind: 'mongodb', url });
    const store = await openStore(url);
    await expect(store.close()).resolves.toBeUndefined();
  });

  test.each([
    ['', 'neither'],
    ['postgres://shop:s3cret@db/shop', 'neither'],
    ['mongodb://shop:s3cret@mongo/?replicaSet=rs0', 'no database'],
    ['mongodb://shop:s3cret@mongo', 'no database'],
    ['mongodb://shop:s3cret@mongo/shop', 'no replicaSet'],
    ['mongodb://shop:s3cret@mongo/shop?replicaSet=', 'no replicaSet'],
    ['mongodb://shop:s3cret@@mongo/shop?replicaSet=rs0', 'driver'],
    ['mongodb://shop:s3cret@mongo:port/shop?replicaSet=rs0', 'driver'],
    ['mongodb://shop:s3cret@mongo/shop?replicaSet=rs0&nonsense=1', 'driver'],
    ['sqlite:', 'no file'],
    ['sqlite://host/shop.db', 'no file'],
    ['sqlite::memory:', 'not durable'],
  ])('%s is refused, with the shapes that are right and without its password', async (url, reason) => {
    const error: unknown = await openStore(url).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({
      message: expect.stringMatching(
        new RegExp(`${reason}.*mongodb://host.*replicaSet=name or sqlite:/path/to/file.db`),
      ),
    });
    expect(error).not.toHaveProperty('cause');
    expect(String(error)).not.toContain('s3cret');
  });
});

test.each([
  ['sqlite:/no/such/folder/shop.db', false],
  ['mongodb://127.0.0.1:9/shop?replicaSet=rs0', true],
])('%s: MongoDB’s driver is loaded: %j', (url, isLoaded) => {
  const program = `
    import { registerHooks } from 'node:module';
    let isLoaded = false;
    registerHooks({
      load(file, context, next) {
        isLoaded ||= file.includes('/node_modules/mongodb/');
        return next(file, context);
      },
    });
    const { openStore } = await import('${new URL('../dist/index.js', import.meta.url).href}');
    const store = await openStore('${url}');
    await store.close();
    console.log(isLoaded);
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    encoding: 'utf8',
  });
  expect({ stdout, stderr }).toEqual({ stdout: `${isLoaded}\n`, stderr: '' });
});
