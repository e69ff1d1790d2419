import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ConfigError } from '@shop/config';
import { findRoute } from '../src/passes.ts';
import { readRoutes } from '../src/routes.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'routes-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function read(yaml: string, files: Record<string, string | Buffer> = {}) {
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const path = join(folder, 'routes.yaml');
  writeFileSync(path, yaml);
  return readRoutes(path);
}

function problemsOf(yaml: string, files?: Record<string, string | Buffer>): readonly string[] {
  try {
    read(yaml, files);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('the routes file', () => {
  test('needs a prefix and an upstream only', () => {
    const [route] = read('routes: [{ prefix: /user, upstream: "http://user:3000/" }]');
    expect(route).toEqual({
      prefix: '/user',
      upstream: {
        origin: 'http://user:3000',
        host: 'user:3000',
        maxConcurrent: 256,
        timeouts: { connectMs: 500, timeToFirstByteMs: 2000, idleMs: 10_000, keepAliveMs: 4000 },
        breaker: {
          errorThresholdPercentage: 50,
          volumeThreshold: 10,
          rollingWindowMs: 10_000,
          resetTimeoutMs: 5000,
        },
      },
    });
  });

  test('gives the routes of one upstream the same settings, whichever states them', () => {
    const routes = read(
      `routes:
        - { prefix: /a, upstream: "http://user:3000", timeouts: { connectMs: 1 } }
        - { prefix: /long, upstream: "HTTP://User:3000", timeouts: { connectMs: 1, idleMs: 2 }, fallback: a.json }
        - { prefix: /, upstream: "http://product", maxConcurrent: 3, breaker: { volumeThreshold: 4 } }`,
      { 'a.json': '{"a": [1]}' },
    );
    expect(routes.map(({ prefix }) => prefix)).toEqual(['/long', '/a', '/']);
    expect(routes[0]?.upstream).toBe(routes[1]?.upstream);
    expect(routes[0]?.upstream.timeouts).toMatchObject({ connectMs: 1, idleMs: 2 });
    expect(routes[0]?.fallback?.toString()).toBe('{"a": [1]}');
    expect(routes[2]?.upstream).toMatchObject({
      maxConcurrent: 3,
      breaker: { volumeThreshold: 4 },
      host: 'product',
    });
  });

  test('is checked as a whole, and every problem has its place', () => {
    const problems = problemsOf(
      `routes:
        - { prefix: user, upstream: "http://user:3000" }
        - { prefix: /a, upstream: "https://user" }
        - { prefix: /a, upstream: "http://user:3000/path" }
        - { prefix: /b, upstream: "http://user", timeouts: { connectMs: 0, ilde: 3 }, maxConcurrent: many }
        - { prefix: /c, upstream: "http://user", breaker: { errorThresholdPercentage: 101 } }
        - { prefix: /d, upstream: "http://x:1", maxConcurrent: 1, breaker: { volumeThreshold: 1 } }
        - { prefix: /e, upstream: "http://x:1", maxConcurrent: 2, breaker: { volumeThreshold: 2 } }
        - { prefix: /f, upstream: "http://y", fallback: none.json }
        - { prefix: /g, upstream: "http://y", fallback: half.json }
        - { prefix: /h, upstream: "http://y", fallback: latin1.json }
        - { upstream: "http://y", fallbak: x }
        - nothing`,
      { 'half.json': '{"a":', 'latin1.json': Buffer.from('"\xe9"', 'latin1') },
    );
    const places = problems.map((line) => line.slice(0, line.indexOf(': ')));
    expect(places).toEqual([
      'routes.0.prefix',
      'routes.1.upstream',
      'routes.2.upstream',
      'routes.3.timeouts.connectMs',
      'routes.3.timeouts',
      'routes.3.maxConcurrent',
      'routes.4.breaker.errorThresholdPercentage',
      'routes.7.fallback',
      'routes.8.fallback',
      'routes.9.fallback',
      'routes.10.prefix',
      'routes.10',
      'routes.11',
      'routes.2.prefix',
      'routes.6.maxConcurrent',
      'routes.6.breaker.volumeThreshold',
    ]);
    expect(problems.join('\n')).toMatch(/half\.json is not a whole JSON document/);
    expect(problems.join('\n')).toMatch(/latin1\.json is not a whole JSON document/);
    expect(problems.join('\n')).toMatch(/none\.json cannot be read \(ENOENT\)/);
    expect(problems.join('\n')).toMatch(/contradicts routes\.5, which shares the upstream http:\/\/x:1/);
  });

  test.each(['', 'routes: []', 'routes: {}', '[]', 'routes: [', 'other: 1'])(
    '%j is not a routes file',
    (yaml) => {
      expect(problemsOf(yaml)).not.toEqual([]);
    },
  );

  test.each([
    '',
    '//',
    '/a/',
    '/a//b',
    '/a/../b',
    '/./a',
    '/a/..',
    '/%41',
    '/a?b',
    '/a#b',
    '/a b',
    '/a;b',
    'a',
  ])('%j is not a prefix', (prefix) => {
    expect(problemsOf(`routes: [{ prefix: ${JSON.stringify(prefix)}, upstream: "http://a" }]`)).toEqual([
      expect.stringMatching(/^routes\.0\.prefix: must be/),
    ]);
  });

  test('the longest prefix wins', () => {
    const routes = read(
      `routes:
        - { prefix: /, upstream: "http://rest" }
        - { prefix: /user, upstream: "http://user" }
        - { prefix: /user/admin, upstream: "http://admin" }`,
    );
    const host = (path: string) => findRoute(routes, path)?.upstream.host;
    expect(['/user/admin/1', '/user/admin', '/user/administrator', '/user', '/users', '/'].map(host)).toEqual(
      ['admin', 'admin', 'user', 'user', 'rest', 'rest'],
    );
  });

  test('an exact route is that of its own path alone', () => {
    const routes = read(
      `routes:
        - { prefix: /, exact: true, upstream: "http://index" }
        - { prefix: /user, upstream: "http://user" }
        - { prefix: /user/docs, exact: true, upstream: "http://docs" }`,
    );
    const host = (path: string) => findRoute(routes, path)?.upstream.host;
    expect(['/', '//', '/x', '/user', '/user/docs', '/user/docs/x', '/user/docs/'].map(host)).toEqual([
      'index',
      undefined,
      undefined,
      'user',
      'docs',
      'user',
      'user',
    ]);
    expect(problemsOf('routes: [{ prefix: /a, exact: false, upstream: "http://a" }]')).toHaveLength(1);
  });
});
