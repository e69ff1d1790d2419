import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { DuplicateError, type Entity, type Repository } from '@shop/store';
import { z } from 'zod';
import { preconditionsOf } from '../src/http/preconditions.ts';
import { Resource } from '../src/resource/resource.ts';

type Thing = Entity & { readonly name: string };

const id = '01941f29-7c00-7000-8000-000000000001';

/** Another client has just created `id`; reads see it after a while, when a majority has it. */
function overtaken(whileMs: number): Repository<Thing> {
  const other: Thing = { id, name: 'theirs', version: 1, createdAt: '2026-01-01', updatedAt: '2026-01-01' };
  let seen: Thing | undefined;
  void delay(whileMs).then(() => (seen = other));
  return {
    find: async () => seen,
    insert: async () => {
      throw new DuplicateError('id');
    },
  } as unknown as Repository<Thing>;
}

test('a create that another one overtakes is refused, even before reads see the other', async () => {
  const resource = new Resource({
    repository: overtaken(100),
    name: 'thing',
    content: z.object({ name: z.string() }),
  });
  await expect(
    resource.put(id, { name: 'mine' }, preconditionsOf({ 'if-none-match': '*' })),
  ).rejects.toMatchObject({
    status: 412,
  });
});
