import { describe, expect, test } from '@jest/globals';
import { seededRandom } from '@shop/testing/load';
import { nextOperation, type Shopping } from '../load/operations.ts';
import { Ledger } from '../load/ledger.ts';

const shopping = (seed: number): Shopping => {
  const ledger = new Ledger();
  for (let i = 0; i < 20; i += 1)
    ledger.created(`S-${i}`, { id: `${i}`, sku: `S-${i}`, version: 1, stock: 0 }, '"1"');
  let skus = 0;
  return {
    ledger,
    random: seededRandom(seed),
    sellerId: 'seller',
    nextSku: () => `N-${(skus += 1)}`,
    token: () => 'secret',
  };
};

const productAnswer = (seller?: object) => ({
  status: 200,
  headers: {},
  body: JSON.stringify({ id: '1', sku: 'S-1', version: 1, stock: 0, seller }),
});

const sequence = (seed: number) => {
  const run = shopping(seed);
  return Array.from({ length: 15 }, () => {
    const { request } = nextOperation(run);
    return `${request.method} ${request.path}`;
  });
};

describe('operations', () => {
  test('are the same for the same seed, and others for another', () => {
    expect(sequence(7)).toEqual(sequence(7));
    expect(sequence(7)).not.toEqual(sequence(8));
  });

  test('present the token with writes alone', () => {
    const run = shopping(3);
    for (let i = 0; i < 200; i += 1) {
      const { request } = nextOperation(run);
      expect([request.method, request.headers?.['authorization']]).toEqual([
        request.method,
        request.method === 'GET' ? undefined : 'Bearer secret',
      ]);
    }
  });

  test('never write twice to one product at a time', () => {
    const run = shopping(5);
    const written = Array.from({ length: 100 }, () => nextOperation(run).request)
      .filter(({ method }) => method === 'PATCH' || method === 'DELETE')
      .map(({ path }) => path);
    expect(new Set(written).size).toBe(written.length);
  });

  test('a response with a fallback is a fallback, one that does not say is a failure', () => {
    const run = shopping(1);
    const operation = (() => {
      for (;;) {
        const next = nextOperation(run);
        if (next.route === 'GET /product/:id') return next;
      }
    })();
    expect(operation.settle(productAnswer({ source: 'live' })).outcome).toBe('live');
    expect(operation.settle(productAnswer({ source: 'fallback', reason: 'circuit-open' }))).toMatchObject({
      outcome: 'fallback',
      reason: 'circuit-open',
    });
    expect(operation.settle(productAnswer()).outcome).toBe('failed');
  });
});
