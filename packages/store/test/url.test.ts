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
    const store = openStore(url);
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
  ])('%s is refused, with the shapes that are right and without its password', (url, reason) => {
    let error: unknown;
    try {
      openStore(url);
    } catch (thrown) {
      error = thrown;
    }

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
