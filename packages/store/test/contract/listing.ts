import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { ListQuery, Repository } from '../../src/index.ts';
import type { Context } from './context.ts';
import { changed, idOf, person, type Person } from '../people.ts';

/** All entities of a query, page after page; `between` runs after each page. */
async function all(
  people: Repository<Person>,
  query: ListQuery<Person>,
  between: () => Promise<unknown> = async () => undefined,
): Promise<Person[]> {
  const found: Person[] = [];
  let after = query.after;
  do {
    const { items, next }: { items: readonly Person[]; next?: string } = await people.list({
      ...query,
      after,
    });
    expect(items.length).toBeLessThanOrEqual(query.limit);
    expect([items.at(-1)?.id, undefined]).toContain(next);
    if (next !== undefined && next <= (after ?? '')) throw new Error('the next page does not go further');
    found.push(...items);
    after = next;
    await between();
  } while (after !== undefined);
  return found;
}

const ids = (people: readonly Person[]) => people.map(({ id }) => id);

/** Pages in the order of the ids, filtered by equality. */
export function listing(context: Context): void {
  describe('listing', () => {
    test('has no next page when the last one is full, nor when there is nothing', async () => {
      const people = await context.people();
      expect(await people.list({ limit: 2 })).toStrictEqual({ items: [] });
      await Promise.all([2, 1].map((n) => people.insert(person(n))));

      expect(await people.list({ limit: 2 })).toStrictEqual({ items: [person(1), person(2)] });
      expect(await people.list({ limit: 1 })).toStrictEqual({ items: [person(1)], next: idOf(1) });
      expect(await people.list({ limit: 1, after: idOf(2) })).toStrictEqual({ items: [] });
    });

    test('an entity that stays is listed once while others come and go between the pages', async () => {
      const people = await context.people();
      const staying = Array.from({ length: 40 }, (_, n) => person(3 * n));
      const leaving = Array.from({ length: 40 }, (_, n) => person(3 * n + 1));
      await Promise.all([...staying, ...leaving].map((one) => people.insert(one)));
      const coming = Array.from({ length: 40 }, (_, n) => person(3 * n + 2));
      const churn = async () => {
        const gone = leaving.splice(-3);
        const first = leaving.shift();
        await Promise.all([
          ...(first ? [...gone, first] : gone).map((one) => people.remove(one)),
          ...[coming.shift(), coming.pop()].map((one) => one && people.insert(one)),
        ]);
      };
      const listed = ids(await all(people, { limit: 7 }, churn));

      expect(listed).toEqual([...new Set(listed)].toSorted());
      expect(listed).toEqual(expect.arrayContaining(ids(staying)));
    });

    test('a page survives the removal of the entity it continues after', async () => {
      const people = await context.people();
      await Promise.all([1, 2, 3].map((n) => people.insert(person(n))));
      const { next } = await people.list({ limit: 2 });
      await people.remove(person(2));

      expect(await people.list({ limit: 2, after: next })).toStrictEqual({ items: [person(3)] });
    });

    test('filters by equality of value and type, and by the value of now', async () => {
      const people = await context.people();
      const others = [
        person(1, { city: '1', age: 1 }),
        person(2, { city: 'true', active: false }),
        person(3, { city: 'Busan', age: null }),
        person(4, { city: 'busan', age: 0 }),
      ];
      const { age: _age, ...ageless } = person(5, { city: 'Busan', active: false });
      await Promise.all([...others, ageless].map((one) => people.insert(one)));
      const moved = changed(others[3] as Person, { city: 'Busan' });
      await people.replace(others[3] as Person, moved);
      const found = async (where: NonNullable<ListQuery<Person>['where']>) =>
        ids((await people.list({ limit: 9, where })).items);

      expect(await found({ city: 'Busan' })).toEqual([3, 4, 5].map(idOf));
      expect(await found({ city: 'busan' })).toEqual([]);
      expect(await found({ city: 'Bus%' })).toEqual([]);
      expect(await found({ age: 1 })).toEqual([1].map(idOf));
      expect(await found({ age: '1' as unknown as number })).toEqual([]);
      expect(await found({ age: null })).toEqual([3].map(idOf));
      expect(await found({ active: true, age: 0, city: undefined })).toEqual([4].map(idOf));
      expect(await found({ active: false, age: 0 })).toEqual([]);
    });

    test('refuses a limit below one, a field without an index, and an operator in the place of a value', async () => {
      const people = await context.people();
      const injected = { $ne: '' } as unknown as string;

      await expect(people.list({ limit: 0 })).rejects.toThrow(RangeError);
      await expect(people.list({ limit: 1, where: { name: 'Ada' } })).rejects.toThrow(TypeError);
      await expect(people.list({ limit: 1, where: { city: injected } })).rejects.toThrow(TypeError);
    });

    describe('compared with a model', () => {
      const words = ['tea', 'teapot', '차', '찻잔'] as const;
      const stored = Array.from({ length: 48 }, (_, n) =>
        person(n, {
          city: ['Seoul', 'Busan', 'Jeju'][n % 3] as string,
          active: n % 4 !== 0,
          age: n % 5 === 0 ? null : n % 5,
          name: `${words[n % 4]} ${n % 7 === 0 ? 'lover' : ''}`,
        }),
      );
      const expected = ({ where = {}, text, after = '' }: ListQuery<Person>) =>
        stored
          .filter((one) => one.id > after)
          .filter((one) =>
            Object.entries(where).every(([key, value]) => value === undefined || one[key as never] === value),
          )
          .filter(
            (one) =>
              text === undefined || text.split(' ').every((asked) => ` ${one.name}`.includes(` ${asked}`)),
          );

      test('every query, in pages of any size, lists what the model does', async () => {
        const people = await context.people();
        await Promise.all(stored.map((one) => people.insert(one)));
        const query = fc.record(
          {
            limit: fc.integer({ min: 1, max: 60 }),
            after: fc.integer({ min: 0, max: 50 }).map(idOf),
            where: fc.record(
              {
                city: fc.constantFrom('Seoul', 'Busan', 'Jeju', ''),
                active: fc.boolean(),
                age: fc.constantFrom(null, 1, 4),
              },
              { requiredKeys: [] },
            ),
            text: fc.constantFrom('tea', 't', '차', '찻', 'teapot lov', 'lover te', 'pot'),
          },
          { requiredKeys: ['limit'] },
        );
        await fc.assert(
          fc.asyncProperty(query, async (asked) => {
            expect(await all(people, asked)).toEqual(expected(asked));
          }),
          { numRuns: 60 },
        );
      });
    });
  });
}
