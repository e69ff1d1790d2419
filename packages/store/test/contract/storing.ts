import { describe, expect, test } from '@jest/globals';
import type { Context } from './context.ts';
import { changed, idOf, person } from '../people.ts';

/** Entities come back as they went in. */
export function storing(context: Context): void {
  describe('storing', () => {
    test('finds an entity exactly as inserted', async () => {
      const people = await context.people();
      const ada = person(1, {
        name: '김에이다 "Ada" \\ \u0000 💾',
        about: '',
        age: null,
        visits: Number.MAX_SAFE_INTEGER,
        tags: [],
        address: { street: '$ne', 'post.code': 0.1 },
      });
      await people.insert(ada);

      expect(await people.find(ada.id)).toStrictEqual(ada);
      expect((await people.list({ limit: 1 })).items).toStrictEqual([ada]);
    });

    test('finds nothing under an unknown id of any shape', async () => {
      const people = await context.people();
      await people.insert(person(1));

      for (const id of [idOf(2), '', '%', "' OR 1=1 --", '$ne'])
        expect(await people.find(id)).toBeUndefined();
    });

    test('replaces an entity as a whole', async () => {
      const people = await context.people();
      const before = person(1, { badge: 'A1', about: 'likes tea' });
      await people.insert(before);
      const { badge: _badge, about: _about, ...rest } = before;
      const after = changed(rest, { name: 'Grace' });
      await people.replace(before, after);

      expect(await people.find(before.id)).toStrictEqual(after);
    });

    test('removes an entity', async () => {
      const people = await context.people();
      await people.insert(person(1));
      await people.insert(person(2));
      await people.remove(person(1));

      expect(await people.find(idOf(1))).toBeUndefined();
      expect((await people.list({ limit: 9 })).items).toStrictEqual([person(2)]);
    });

    test('refuses an index value that is not a string before anything is stored', async () => {
      const people = await context.people();
      const wrong = person(1, { email: 7 as unknown as string });

      await expect(people.insert(wrong)).rejects.toThrow(TypeError);
      expect(await people.find(wrong.id)).toBeUndefined();
    });

    test('refuses to replace an entity by one with another id', async () => {
      const people = await context.people();
      await people.insert(person(1));

      await expect(people.replace(person(1), changed(person(2), {}))).rejects.toThrow(TypeError);
    });
  });
}
