import { describe, expect, test } from '@jest/globals';
import { DuplicateError } from '../../src/index.ts';
import type { Context } from './context.ts';
import { changed, idOf, peopleSpec, person } from '../people.ts';
import { reasonOf } from '../settled.ts';

const duplicate = (field: string) => expect.objectContaining({ name: 'DuplicateError', field });

/** No two entities have the same id or unique field, even with many concurrent writes. */
export function uniqueness(context: Context): void {
  describe('uniqueness', () => {
    test('one of fifty concurrent inserts of an email wins, in two stores and any case', async () => {
      const spec = peopleSpec(context.newName());
      // It deliberately does not wait for ready: the first writes must already find their index.
      const [one, other] = [await context.open(), await context.open()].map((store) =>
        store.collection(spec),
      );
      const emails = ['ADA@Example.com', 'ada@example.COM', 'Ada@example.com'];
      const results = await Promise.allSettled(
        Array.from({ length: 50 }, async (_, n) =>
          (n % 2 ? one : other)?.insert(person(n, { email: emails[n % 3] as string })),
        ),
      );
      const losers = results.filter(({ status }) => status === 'rejected').map(reasonOf);

      expect(losers).toEqual(Array.from({ length: 49 }, () => duplicate('email')));
      expect((await one?.list({ limit: 50 }))?.items).toHaveLength(1);
    });

    test('names the id when an id is taken, even if other fields are as well', async () => {
      const people = await context.people();
      await people.insert(person(1));

      await expect(people.insert(person(1))).rejects.toBeInstanceOf(DuplicateError);
      await expect(people.insert(person(1))).rejects.toEqual(duplicate('id'));
      await expect(people.insert(person(1, { email: 'other@example.com' }))).rejects.toEqual(duplicate('id'));
    });

    test('compares a field without normalisation by its bytes', async () => {
      const people = await context.people();
      await people.insert(person(1, { badge: 'a1' }));
      await people.insert(person(2, { badge: 'A1' }));
      await people.insert(person(3, { badge: 'ａ１' }));
      await people.insert(person(4, { badge: '' }));

      await expect(people.insert(person(5, { badge: 'a1' }))).rejects.toEqual(duplicate('badge'));
      await expect(people.insert(person(5, { badge: '' }))).rejects.toEqual(duplicate('badge'));
    });

    test('lets any number of entities lack an optional unique field', async () => {
      const people = await context.people();
      await Promise.all([1, 2, 3].map((n) => people.insert(person(n))));

      expect((await people.list({ limit: 9 })).items).toHaveLength(3);
    });

    test('a replacement may keep its own value, and change its case, but not take another one', async () => {
      const people = await context.people();
      await people.insert(person(1, { email: 'ada@example.com' }));
      await people.insert(person(2, { email: 'bob@example.com' }));
      const kept = changed(person(1, { email: 'ada@example.com' }), { email: 'Ada@Example.com' });
      await people.replace(person(1, { email: 'ada@example.com' }), kept);

      await expect(people.replace(kept, changed(kept, { email: 'BOB@example.com' }))).rejects.toEqual(
        duplicate('email'),
      );
      expect(await people.find(idOf(1))).toStrictEqual(kept);
    });

    test('a value is free again once its entity is removed or has changed it', async () => {
      const people = await context.people();
      await people.insert(person(1, { email: 'ada@example.com' }));
      await people.insert(person(2, { email: 'bob@example.com' }));
      await people.remove(person(1, { email: 'ada@example.com' }));
      const bob = person(2, { email: 'bob@example.com' });
      await people.replace(bob, changed(bob, { email: 'robert@example.com' }));
      await people.insert(person(3, { email: 'ada@example.com' }));
      await people.insert(person(4, { email: 'bob@example.com' }));

      expect((await people.list({ limit: 9 })).items.map(({ id }) => id)).toEqual([2, 3, 4].map(idOf));
    });

    test('stores nothing of a refused entity', async () => {
      const people = await context.people();
      await people.insert(person(1, { badge: 'A1' }));
      await expect(people.insert(person(2, { badge: 'A1', name: 'Zelda' }))).rejects.toEqual(
        duplicate('badge'),
      );

      expect(await people.find(idOf(2))).toBeUndefined();
      expect((await people.list({ limit: 9, text: 'zelda' })).items).toEqual([]);
      await people.insert(person(3, { email: person(2).email }));
    });
  });
}
