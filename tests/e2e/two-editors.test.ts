import { describe, expect, test } from '@jest/globals';
import type { Product, User } from '@shop/contracts';
import { clientOf } from '../support/client.ts';
import { Creations, uniqueWord } from '../support/creations.ts';
import { problemOf } from '../support/problem.ts';
import { connectTarget } from '../support/connect.ts';

const request = clientOf(await connectTarget());
const mergePatch = 'application/merge-patch+json';

/** The content of a user, as PUT takes it. */
const contentOf = ({ name, email }: User) => ({ name, email });
const read = async (path: string): Promise<{ body: unknown; etag: string }> => {
  const { body, headers } = await request.get(path).expect(200);
  return { body, etag: headers['etag'] as string };
};

describe('two people edit the same thing', () => {
  test('the second one to save gets an error, and overwrites nothing of the first', async () => {
    await using creations = new Creations(request);
    const user = await creations.user();
    const path = `/user/${user.id}`;
    const seenByBoth = await read(path);
    const save = (content: object, etag: string) => request.put(path).set('if-match', etag).send(content);

    const first = await save({ ...contentOf(user), name: 'First' }, seenByBoth.etag).expect(200);
    expect(first.headers['etag']).not.toBe(seenByBoth.etag);
    const second = await save({ ...contentOf(user), name: 'Second' }, seenByBoth.etag);
    expect(problemOf(second)).toMatchObject({ status: 412, kind: 'precondition-failed' });
    expect((await read(path)).body).toMatchObject({ name: 'First', version: 2 });

    const again = await read(path);
    await save({ ...contentOf(user), name: 'Second' }, again.etag).expect(200);
    expect((await read(path)).body).toMatchObject({ name: 'Second', version: 3 });
  });

  test('the same holds for a change of one field and for a deletion', async () => {
    await using creations = new Creations(request);
    const { id: sellerId } = await creations.user();
    const path = `/product/${(await creations.product({ sellerId, stock: 5 })).id}`;
    const { etag: outdated } = await read(path);
    const change = (stock: number, etag: string) =>
      request.patch(path).set('if-match', etag).type(mergePatch).send(JSON.stringify({ stock }));

    await change(4, outdated).expect(200);
    expect(problemOf(await change(9, outdated))).toMatchObject({ status: 412, kind: 'precondition-failed' });
    expect(problemOf(await request.delete(path).set('if-match', outdated))).toMatchObject({
      status: 412,
      kind: 'precondition-failed',
    });
    const { body, etag } = await read(path);
    expect(body).toMatchObject({ stock: 4, version: 2 });
    await request.delete(path).set('if-match', etag).expect(204);
  });

  test('of many who decrease the stock at once, no decrease is lost', async () => {
    await using creations = new Creations(request);
    const { id: sellerId } = await creations.user();
    const path = `/product/${(await creations.product({ sellerId, stock: 100 })).id}`;
    let refused = 0;
    const buyOne = async () => {
      for (;;) {
        const { body, etag } = await read(path);
        const stock = (body as Product).stock - 1;
        const { status } = await request
          .patch(path)
          .set('if-match', etag)
          .type(mergePatch)
          .send(JSON.stringify({ stock }));
        if (status === 200) return;
        expect(status).toBe(412);
        refused += 1;
      }
    };
    await Promise.all(Array.from({ length: 8 }, buyOne));
    expect((await read(path)).body).toMatchObject({ stock: 92, version: 9 });
    // If none was refused, they ran one after the other, and the test shows nothing.
    expect(refused).toBeGreaterThan(0);
  });

  test('what a client has already is not sent again', async () => {
    await using creations = new Creations(request);
    const user = await creations.user();
    const path = `/user/${user.id}`;
    const { etag } = await read(path);
    const unchanged = await request.get(path).set('if-none-match', etag).expect(304);
    expect(unchanged.text).toBe('');
    expect(unchanged.headers['etag']).toBe(etag);
    await request
      .put(path)
      .send({ ...contentOf(user), name: 'Changed' })
      .expect(200);
    const changed = await request.get(path).set('if-none-match', etag).expect(200);
    expect(changed.body).toMatchObject({ name: 'Changed' });
  });

  test('only one of two can create under the same id', async () => {
    await using creations = new Creations(request);
    const word = uniqueWord();
    const path = `/user/0190a5d0-0000-7000-8000-${word.slice(-12)}`;
    creations.remember(path);
    const create = (name: string) =>
      request
        .put(path)
        .set('if-none-match', '*')
        .send({ name, email: `${word}@e2e.example` });
    const answers = await Promise.all([create('First'), create('Second')]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 412]);
    const winner = answers.find(({ status }) => status === 201)?.body as User;
    expect((await read(path)).body).toEqual(winner);
  });

  test('an identical PUT, sent again after a lost answer, changes nothing', async () => {
    await using creations = new Creations(request);
    const word = uniqueWord();
    const path = `/user/0190a5d0-0000-7000-8000-${word.slice(-12)}`;
    creations.remember(path);
    const put = () => request.put(path).send({ name: 'Ann', email: `${word}@e2e.example` });
    const first = await put().expect(201);
    const second = await put().expect(200);
    expect(second.body).toEqual(first.body);
    expect(second.headers['etag']).toBe(first.headers['etag']);
  });
});
