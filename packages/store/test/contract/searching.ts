import { describe, expect, test } from '@jest/globals';
import type { Context } from './context.ts';
import { changed, idOf, person, type Person } from '../people.ts';

/** Stores people with these texts. @returns a search that answers with the people's positions in the list. */
async function searcher(context: Context, ...texts: Pick<Person, 'name' | 'about'>[]) {
  const people = await context.people();
  await Promise.all(texts.map((fields, n) => people.insert(person(n, fields))));
  const search = async (text: string) =>
    (await people.list({ limit: 99, text })).items.map(({ id }) => texts.findIndex((_, n) => idOf(n) === id));
  return { people, search };
}

/** Every word of the query begins a word of the entity's text fields. */
export function searching(context: Context): void {
  describe('searching', () => {
    test('finds words by their beginnings, in any order, field and case', async () => {
      const { search } = await searcher(
        context,
        { name: 'Ada Lovelace', about: 'First programmer' },
        { name: 'Grace Hopper', about: 'COBOL, loved clocks' },
      );

      expect(await search('LOVE')).toEqual([0, 1]);
      expect(await search('program ada')).toEqual([0]);
      expect(await search('ada cobol')).toEqual([]);
      expect(await search('lace')).toEqual([]);
      expect(await search('lovelaces')).toEqual([]);
    });

    test('finds Korean, composed or not, and full-width letters', async () => {
      const { search } = await searcher(
        context,
        { name: '제주 감귤 1kg', about: '새콤달콤한 귤' },
        { name: '사과나무', about: 'ＡＰＰＬＥ' },
        { name: 'Café' },
      );

      expect(await search('감')).toEqual([0]);
      expect(await search('귤')).toEqual([0]);
      expect(await search('새콤 제주'.normalize('NFD'))).toEqual([0]);
      expect(await search('사과')).toEqual([1]);
      expect(await search('나무')).toEqual([]);
      expect(await search('apple')).toEqual([1]);
      expect(await search('cafe\u0301')).toEqual([2]);
    });

    test('S6: finds words in any case, as Unicode folds it, in both directions', async () => {
      const { search } = await searcher(
        context,
        { name: 'ΟΔΟΣΤΡΩΤΗΡΑΣ' },
        { name: 'Lange Straße', about: 'STRASSE 2' },
        { name: 'İstanbul', about: 'ﬁne \u212A' },
        { name: 'οδος' },
      );

      for (const text of ['ΟΔΟΣ', 'οδος', 'οδοσ', 'Οδος']) expect(await search(text)).toEqual([0, 3]);
      for (const text of ['STRASSE', 'straße', 'Stras', 'STRAẞE']) expect(await search(text)).toEqual([1]);
      for (const text of ['istanbul', 'İSTAN', 'ISTANBUL', 'FINE', 'ﬁ', 'k']) {
        expect(await search(text)).toEqual([2]);
      }
    });

    test('treats no character as an operator', async () => {
      const { search } = await searcher(
        context,
        { name: 'a.b 50% (off) [new] x_y' },
        { name: 'axb 500 offer' },
      );

      expect(await search('a.b')).toEqual([0]);
      expect(await search('50%')).toEqual([0, 1]);
      expect(await search('x_y')).toEqual([0]);
      expect(await search('(off')).toEqual([0, 1]);
      expect(await search('[new]')).toEqual([0]);
      expect(await search('a.*')).toEqual([0, 1]);
      expect(await search('^b$')).toEqual([0]);
      expect(await search('"offer" OR x')).toEqual([]);
    });

    test('a query without a word finds nothing, one without a text everything', async () => {
      const { people, search } = await searcher(context, { name: 'Ada' });

      for (const text of ['', ' ', '%', '_', '.*', '^', '$', '💾']) expect(await search(text)).toEqual([]);
      expect((await people.list({ limit: 9 })).items).toHaveLength(1);
    });

    test('follows changes and removals', async () => {
      const { people, search } = await searcher(context, { name: 'Ada' }, { name: 'Ada' });
      await people.replace(
        person(0, { name: 'Ada' }),
        changed(person(0, { name: 'Ada' }), { name: 'Grace' }),
      );
      await people.remove(person(1, { name: 'Ada' }));

      expect(await search('ada')).toEqual([]);
      expect(await search('grace')).toEqual([0]);
      await people.insert(person(1, { name: 'Ada again' }));
      expect(await search('ada')).toEqual([1]);
    });

    test('goes together with filters and pages', async () => {
      const people = await context.people();
      await Promise.all(
        [1, 2, 3, 4, 5].map((n) =>
          people.insert(person(n, { city: n === 2 ? 'Busan' : 'Seoul', name: 'tea' })),
        ),
      );
      const query = { limit: 2, text: 'te', where: { city: 'Seoul' } };
      const first = await people.list(query);

      expect(first.items.map(({ id }) => id)).toEqual([1, 3].map(idOf));
      expect(await people.list({ ...query, after: first.next })).toMatchObject({
        items: [{ id: idOf(4) }, { id: idOf(5) }],
      });
    });
  });
}
