import { describe, expect, test } from '@jest/globals';
import type { User } from '@shop/contracts';
import { clientOf } from '../support/client.ts';
import { Creations, uniqueWord } from '../support/creations.ts';
import { problemOf } from '../support/problem.ts';
import { connectTarget } from '../support/connect.ts';
import { inTime } from '../support/in-time.ts';

const request = clientOf(await connectTarget());
const mergePatch = 'application/merge-patch+json';

describe('a seller', () => {
  test('registers, and is found at the address that the response names', async () => {
    await using creations = new Creations(request);
    const word = uniqueWord();
    const response = await request
      .post('/user')
      .send({ name: `Ann ${word}`, email: `${word}@e2e.example` })
      .expect(201);
    const location = response.headers['location'] as string;
    creations.remember(location);
    const created = response.body as User;
    expect(location).toMatch(new RegExp(`/user/${created.id}$`));
    expect(created).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      name: `Ann ${word}`,
      email: `${word}@e2e.example`,
      version: 1,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      updatedAt: created.createdAt,
    });
    const read = await request.get(location).expect(200);
    expect(read.body).toEqual(created);
    expect(read.headers['etag']).toBe(response.headers['etag']);
  });

  test('changes the name alone by a merge patch', async () => {
    await using creations = new Creations(request);
    const before = await creations.user();
    const { body } = await request
      .patch(`/user/${before.id}`)
      .type(mergePatch)
      .send(JSON.stringify({ name: '김민수' }))
      .expect(200);
    const after = body as User;
    expect(after).toEqual({ ...before, name: '김민수', version: 2, updatedAt: after.updatedAt });
    expect(Date.parse(after.updatedAt)).toBeGreaterThanOrEqual(Date.parse(before.updatedAt));
    await request.get(`/user/${before.id}`).expect(200, after);
  });

  test('cannot take away what a seller must have', async () => {
    await using creations = new Creations(request);
    const { id } = await creations.user();
    const response = await request
      .patch(`/user/${id}`)
      .type(mergePatch)
      .send(JSON.stringify({ email: null }));
    expect(problemOf(response)).toMatchObject({ status: 422, kind: 'invalid-content' });
    expect(response.body).toMatchObject({ errors: [{ pointer: '/email' }] });
  });

  test('cannot have the address of another one, not even in another case', async () => {
    await using creations = new Creations(request);
    const ann = await creations.user();
    const ben = await creations.user();
    const register = await request.post('/user').send({ name: 'Eve', email: ann.email.toUpperCase() });
    expect(problemOf(register)).toMatchObject({ status: 409, kind: 'conflict' });
    expect(register.body).toMatchObject({ errors: [{ pointer: '/email' }] });
    const change = await request
      .patch(`/user/${ben.id}`)
      .type(mergePatch)
      .send(JSON.stringify({ email: ann.email.toUpperCase() }));
    expect(problemOf(change)).toMatchObject({ status: 409, kind: 'conflict' });
    await request.get(`/user/${ben.id}`).expect(200, ben);
  });

  test('leaves, and the address can be used again', async () => {
    await using creations = new Creations(request);
    const gone = await creations.user();
    await request.delete(`/user/${gone.id}`).expect(204, '');
    expect(problemOf(await request.get(`/user/${gone.id}`))).toMatchObject({
      status: 404,
      kind: 'not-found',
    });
    expect(problemOf(await request.delete(`/user/${gone.id}`))).toMatchObject({
      status: 404,
      kind: 'not-found',
    });
    const next = await creations.user({ email: gone.email });
    expect(next.id).not.toBe(gone.id);
  });

  test('sees the products he sells', async () => {
    await using creations = new Creations(request);
    const { id: sellerId } = await creations.user();
    const sold = () => inTime(() => request.get(`/user/${sellerId}/products`).expect(200));
    const nothing = await sold();
    expect(nothing.body).toEqual({ source: 'live', items: [] });
    const goods = [await creations.product({ sellerId }), await creations.product({ sellerId })];
    const { body } = await sold();
    expect(body).toEqual({ source: 'live', items: goods });
  });
});
