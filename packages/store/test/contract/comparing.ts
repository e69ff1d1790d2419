import { describe, expect, test } from '@jest/globals';
import { type Repository, StaleError } from '../../src/index.ts';
import type { Context } from './context.ts';
import { changed, idOf, peopleSpec, person, type Person } from '../people.ts';
import { reasonOf } from '../settled.ts';

/** Adds one to an entity's visits, and retries when other writers are faster. @returns how often they were. */
async function visit(people: Repository<Person>, id: string): Promise<number> {
  for (let lost = 0; ; lost += 1) {
    const current = await people.find(id);
    if (!current) throw new Error(`${id} is gone`);
    try {
      await people.replace(current, changed(current, { visits: current.visits + 1 }));
      return lost;
    } catch (error) {
      if (!(error instanceof StaleError)) throw error;
    }
  }
}

/** No writer overwrites or deletes a state that it has not read. */
export function comparing(context: Context): void {
  describe('compare and swap', () => {
    test('one of many concurrent replacements of the same version wins, the others are stale', async () => {
      const spec = peopleSpec(context.newName());
      const stores = [await context.open(), await context.open()].map((store) => store.collection(spec));
      const ada = person(1);
      await stores[0]?.insert(ada);
      const results = await Promise.allSettled(
        Array.from({ length: 20 }, async (_, n) =>
          stores[n % 2]?.replace(ada, changed(ada, { name: `Ada ${n}` })),
        ),
      );
      const winners = results.flatMap(({ status }, n) => (status === 'fulfilled' ? [n] : []));
      const losers = results.filter(({ status }) => status === 'rejected').map(reasonOf);

      expect(winners).toHaveLength(1);
      expect(losers.map((error) => error instanceof StaleError)).toEqual(Array(19).fill(true));
      expect(await stores[1]?.find(ada.id)).toStrictEqual(changed(ada, { name: `Ada ${winners[0]}` }));
    });

    test('no increment of a counter is lost between concurrent writers', async () => {
      const spec = peopleSpec(context.newName());
      const stores = [await context.open(), await context.open()].map((store) => store.collection(spec));
      await stores[0]?.insert(person(1));
      await Promise.all(
        Array.from({ length: 8 }, async (_, n) => {
          const people = stores[n % 2] as Repository<Person>;
          for (let i = 0; i < 4; i += 1) await visit(people, idOf(1));
        }),
      );

      expect(await stores[0]?.find(idOf(1))).toMatchObject({ visits: 32, version: 33 });
    });

    test('either the removal or the replacement of one version happens', async () => {
      const people = await context.people();
      for (let n = 0; n < 10; n += 1) {
        const one = person(n);
        await people.insert(one);
        const [removal, replacement] = await Promise.allSettled([
          people.remove(one),
          people.replace(one, changed(one, { visits: 1 })),
        ]);
        const loser = removal.status === 'rejected' ? removal : replacement;

        expect([removal.status, replacement.status].toSorted()).toEqual(['fulfilled', 'rejected']);
        expect(loser).toMatchObject({ reason: { name: 'StaleError' } });
        expect((await people.find(one.id))?.visits).toBe(removal.status === 'fulfilled' ? undefined : 1);
      }
    });

    test('an entity deleted and created again under the same id is not the one that was seen', async () => {
      const people = await context.people();
      const seen = person(1);
      await people.insert(seen);
      await people.remove(seen);
      const again = person(1, { createdAt: '2026-05-05T05:05:05.555Z', name: 'Another one' });
      await people.insert(again);

      await expect(people.replace(seen, changed(seen, { name: 'Lost' }))).rejects.toBeInstanceOf(StaleError);
      await expect(people.remove(seen)).rejects.toBeInstanceOf(StaleError);
      expect(await people.find(again.id)).toStrictEqual(again);
    });

    test('a version that is older, newer or gone is stale', async () => {
      const people = await context.people();
      const first = person(1);
      const second = changed(first, { visits: 1 });
      await people.insert(first);
      await people.replace(first, second);

      await expect(people.replace(first, second)).rejects.toBeInstanceOf(StaleError);
      await expect(people.remove(first)).rejects.toBeInstanceOf(StaleError);
      await expect(people.remove(changed(second, {}))).rejects.toBeInstanceOf(StaleError);
      await expect(people.replace(person(2), changed(person(2), {}))).rejects.toBeInstanceOf(StaleError);
      await expect(people.remove(person(2))).rejects.toBeInstanceOf(StaleError);
      expect(await people.find(first.id)).toStrictEqual(second);
    });
  });
}
