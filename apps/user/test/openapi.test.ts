import { describe, expect, test } from '@jest/globals';
import { notPortable, operationsOf, patternsOf, type OpenApi } from '@shop/testing/openapi';
import { openapi } from '../src/openapi.ts';

const document = openapi(true) as OpenApi;
const operations = operationsOf(document);
const statusesOf = (name: string): string[] => Object.keys(operations[name]?.responses ?? {});

describe('S10: the document of user', () => {
  test.each([
    ['GET /user', '200 304 400 406 412 429 431 503'],
    ['POST /user', '201 400 401 406 408 409 412 413 415 422 429 431 503'],
    ['GET /user/{id}', '200 304 400 404 406 412 414 429 431 503'],
    ['PUT /user/{id}', '200 201 400 401 406 408 409 412 413 414 415 422 429 431 503'],
    ['PATCH /user/{id}', '200 400 401 404 406 408 409 412 413 414 415 422 429 431 503'],
    ['DELETE /user/{id}', '204 400 401 404 408 409 412 413 414 415 429 431 503'],
    ['GET /user/{id}/products', '200 304 400 404 406 412 414 429 431 503'],
  ])('has every status of %s', (name, statuses) => {
    expect(statusesOf(name)).toEqual(statuses.split(' '));
  });

  test('names the errors with their media type, but for the one of the Ingress', () => {
    const types = Object.values(operations).flatMap(({ responses }) =>
      Object.entries(responses).map(([status, { content = {} }]) =>
        [status, ...Object.keys(content)].join(' '),
      ),
    );
    const errors = types.filter((type) => !/^[23]/.test(type) && !type.endsWith(' application/problem+json'));
    expect([...new Set(errors)]).toEqual(['429']);
  });

  test('has only expressions that ECMA-262, Python and RE2 read alike', () => {
    const patterns = patternsOf(document);
    expect(patterns.length).toBeGreaterThan(5);
    expect(patterns.flatMap((pattern) => notPortable(pattern) ?? [])).toEqual([]);
  });

  test('says of an e-mail address what the service takes', () => {
    const { email } = document.components.schemas['UserContent']?.properties ?? {};
    expect(email).toMatchObject({ format: 'email', maxLength: 254 });
    const [shape, localPart] = patternsOf(email).map((pattern) => new RegExp(pattern));
    for (const [address, ok] of [
      ['a&b@example.com', true],
      ['user/dept@example.com', true],
      ['ann@xn--bcher-kva.example', true],
      ['a@example-.com', false],
      [`${'a'.repeat(65)}@example.com`, false],
      ['ann@bücher.example', false],
    ] as const)
      expect([address, shape?.test(address) && localPart?.test(address)]).toEqual([address, ok]);
  });

  test('types a merge patch, and allows null only where a member may be missing', () => {
    const { schema } =
      operations['PATCH /user/{id}']?.requestBody?.content['application/merge-patch+json'] ?? {};
    expect(schema).toEqual({ $ref: '#/components/schemas/UserPatch' });
    const patch = document.components.schemas['UserPatch'];
    expect(patch).toMatchObject({
      type: 'object',
      additionalProperties: false,
      properties: { name: { type: 'string' }, email: { type: 'string' } },
    });
    expect(patch?.required).toBeUndefined();
  });

  test('says that a write needs the token, or may have it, and a read needs none', () => {
    expect(document.components.securitySchemes).toMatchObject({ bearer: { type: 'http', scheme: 'bearer' } });
    const open = operationsOf(openapi(false) as OpenApi);
    for (const [name, { security }] of Object.entries(operations)) {
      const isRead = name.startsWith('GET');
      expect([name, security]).toEqual([name, isRead ? undefined : [{ bearer: [] }]]);
      expect([name, open[name]?.security]).toEqual([name, isRead ? undefined : [{}, { bearer: [] }]]);
    }
  });

  test('has an expression for every parameter but the number', () => {
    const without = Object.entries(operations).flatMap(([name, { parameters = [] }]) =>
      parameters
        .filter(({ schema }) => patternsOf(schema).length === 0)
        .map((parameter) => `${name}: ${parameter.name}`),
    );
    expect(without).toEqual(['GET /user: limit', 'GET /user/{id}/products: limit']);
  });
});
