import { describe, expect, test } from '@jest/globals';
import { setImmediate } from 'node:timers/promises';
import { StoreUnavailableError } from '../../src/index.ts';
import type { Context } from './context.ts';
import { eventually } from '@shop/testing/eventually';
import { changed, idOf, peopleSpec, person } from '../people.ts';
import { reasonOf } from '../settled.ts';

const unavailable = expect.objectContaining({ name: 'StoreUnavailableError' });

/** What was acknowledged stays, and a store works again after its database was away. */
export function lasting(context: Context): void {
  describe('lasting', () => {
    test('a store opened again has the data and still enforces uniqueness', async () => {
      const spec = peopleSpec(context.newName());
      const before = await context.open();
      await before.collection(spec).insert(person(1, { name: '감귤' }));
      await before.close();
      const people = (await context.open()).collection(spec);

      expect((await people.list({ limit: 9, text: '감귤' })).items).toStrictEqual([
        person(1, { name: '감귤' }),
      ]);
      await expect(people.insert(person(2, { email: person(1).email.toUpperCase() }))).rejects.toMatchObject({
        field: 'email',
      });
    });

    test('several stores may call ready at once, and repeatedly', async () => {
      const spec = peopleSpec(context.newName());
      const stores = [await context.open(), await context.open(), await context.open()];
      for (const store of stores) store.collection(spec);

      const twice = [...stores, ...stores];
      const answers = await Promise.allSettled(twice.map((store) => store.ready(10_000)));
      expect(answers.map(({ status }) => status)).toEqual(twice.map(() => 'fulfilled'));
      await expect(stores[0]?.ready(10_000)).resolves.toBeUndefined();
    });

    test('a closed store is unavailable, and may be closed again', async () => {
      const store = await context.open();
      const people = store.collection(peopleSpec(context.newName()));
      await store.ready(10_000);
      await store.close();

      await expect(people.find(idOf(1))).rejects.toEqual(unavailable);
      await expect(store.ready()).rejects.toEqual(unavailable);
      await store.close();
    });

    test('a database that goes away in the midst of writes loses nothing acknowledged, and comes back', async () => {
      const store = await context.open();
      const people = store.collection(peopleSpec(context.newName()));
      await store.ready(10_000);
      const acknowledged: string[] = [];
      const refusals: unknown[] = [];
      const writers = [0, 1, 2].map(async (writer) => {
        for (let n = writer; refusals.length === 0; n += 3) {
          await people.insert(person(n)).then(
            () => acknowledged.push(idOf(n)),
            (error: unknown) => refusals.push(error),
          );
          await setImmediate();
        }
      });
      await eventually('some writes are acknowledged', () => acknowledged.length > 30);
      await context.goAway();
      try {
        await Promise.all(writers);
        const one = person(999_999);
        const refusedNow = await Promise.allSettled([
          people.find(one.id),
          people.list({ limit: 1 }),
          people.insert(one),
          people.replace(one, changed(one, {})),
          people.remove(one),
          store.ready(),
        ]);

        expect(refusals.every((error) => error instanceof StoreUnavailableError)).toBe(true);
        expect(refusedNow.map(reasonOf)).toEqual(Array.from(refusedNow, () => unavailable));
      } finally {
        await context.comeBack();
      }
      await eventually('the same store is ready again', () => store.ready().then(() => true));
      const { items } = await people.list({ limit: acknowledged.length + 10 });

      expect(items.map(({ id }) => id)).toEqual(expect.arrayContaining(acknowledged));
      await expect(people.insert(person(1_000_000, { email: person(0).email }))).rejects.toMatchObject({
        field: 'email',
      });
      await people.insert(person(1_000_001));
    }, 30_000);

    test('a store opened while the database is away works once it is there', async () => {
      await context.goAway();
      const store = await context.open();
      const spec = peopleSpec(context.newName());
      const people = store.collection(spec);
      try {
        await expect(store.ready()).rejects.toEqual(unavailable);
        await expect(people.insert(person(1))).rejects.toEqual(unavailable);
        await expect(people.find(idOf(1))).rejects.toEqual(unavailable);
      } finally {
        await context.comeBack();
      }
      // Without calling ready: a restarted service gets requests before it has. Each attempt inserts another entity,
      // because one that was refused may have been stored.
      let n = 1;
      await eventually('a first write goes through', () => people.insert(person((n += 1))).then(() => true));

      await expect(people.insert(person(1, { email: person(n).email }))).rejects.toMatchObject({
        field: 'email',
      });
      await store.ready(10_000);
    }, 30_000);
  });
}
