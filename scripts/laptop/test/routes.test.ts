import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { frontDoorRoutes, neighbourRoutes } from '../routes.ts';

const upstreams = { user: 'http://127.0.0.1:1', product: 'http://127.0.0.1:2' };

test('the front door has the paths of the Ingress, but neither static fallbacks nor breakers', () => {
  expect(frontDoorRoutes(upstreams)).toEqual({
    routes: [
      { prefix: '/user', upstream: 'http://127.0.0.1:1', breaker: { errorThresholdPercentage: 100 } },
      { prefix: '/product', upstream: 'http://127.0.0.1:2', breaker: { errorThresholdPercentage: 100 } },
      {
        prefix: '/',
        exact: true,
        upstream: 'http://127.0.0.1:2',
        breaker: { errorThresholdPercentage: 100 },
      },
    ],
  });
});

test.each([
  ['user', '/product', 'http://127.0.0.1:2'],
  ['product', '/user', 'http://127.0.0.1:1'],
] as const)(
  '%s reaches %s as in the cluster, with the static fallback of the cluster',
  (service, prefix, upstream) => {
    const { routes } = neighbourRoutes(service, upstreams);
    expect(routes).toEqual([
      expect.objectContaining({ prefix, upstream, fallback: expect.stringMatching(/^\/.*\.json$/) }),
    ]);
    expect(() => JSON.parse(readFileSync(routes[0]?.fallback ?? '', 'utf8')) as unknown).not.toThrow();
  },
);
