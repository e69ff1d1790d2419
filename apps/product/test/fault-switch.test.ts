import { mkdtempDisposableSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import request from 'supertest';
import { startApp } from '../../../tests/support/start-app.ts';
import { createApp } from '../src/app.ts';

test('FAULT_FILE: requests suffer the fault of the file, until the file is removed', async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'shop-fault-'));
  const file = join(folder.path, 'fault.json');
  const app = await startApp(createApp, undefined, { FAULT_FILE: file });
  try {
    await request(app.server).get('/product').expect(200);
    writeFileSync(file, JSON.stringify({ kind: 'error' }));
    const { body } = await request(app.server).get('/product').expect(500);
    expect(body).toMatchObject({ type: 'urn:shop:problem:internal-error' });
    rmSync(file);
    await request(app.server).get('/product').expect(200);
  } finally {
    await app.close();
  }
});
