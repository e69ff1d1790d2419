import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';

interface Dynamic {
  readonly http: {
    readonly middlewares: Readonly<Record<string, object>> & {
      readonly front: { readonly chain: { readonly middlewares: readonly string[] } };
    };
  };
}
const { middlewares } = (parse(readFileSync(new URL('../dynamic.yaml', import.meta.url), 'utf8')) as Dynamic)
  .http;

test('S12: of what all requests pass, only the rate limit answers in the place of a service', () => {
  const kinds = middlewares.front.chain.middlewares.flatMap((name) =>
    Object.keys(middlewares[name] ?? { missing: name }),
  );
  expect(kinds).toEqual(['rateLimit', 'headers', 'retry']);
});
