import { expect, test } from '@jest/globals';
import { catalogue, HttpProblem } from '../src/index.ts';

test('a problem has the members of RFC 9457 and no empty ones', () => {
  expect(new HttpProblem('not-found', 'No user has this id.').toDetails()).toEqual({
    type: 'urn:shop:problem:not-found',
    title: 'Not found',
    status: 404,
    detail: 'No user has this id.',
  });
});

test('validation problems, the instance and header fields are carried', () => {
  const errors = [{ pointer: '/price/amount', detail: 'must be a whole number' }];
  const problem = new HttpProblem('invalid-content', '1 value is invalid.', {
    errors,
    headers: { 'x-a': 'b' },
  });
  expect(problem.toDetails('r-1')).toMatchObject({ status: 422, instance: 'urn:shop:request:r-1', errors });
  expect(problem.headers).toEqual({ 'x-a': 'b' });
});

test('every kind is an error status', () => {
  for (const { status } of Object.values(catalogue)) {
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(600);
  }
});
