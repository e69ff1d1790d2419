import { expect, test } from '@jest/globals';
import type { User } from '@shop/contracts';
import { clientOf } from '../support/client.ts';
import { describeWith } from '../support/control.ts';
import { Creations, uniqueWord } from '../support/creations.ts';
import { eventually } from '@shop/testing/eventually';
import { connectTarget } from '../support/connect.ts';
import type { ServiceName } from '../support/target.ts';

const target = await connectTarget();
const request = clientOf(target);

describeWith(target, 'kill')('a service that crashes', () => {
  test.each<ServiceName>(['user', 'product'])(
    '%s comes back by itself, with what it had',
    async (service) => {
      await using creations = new Creations(request);
      const user = await creations.user();
      const good = await creations.product({ sellerId: user.id });
      await target.kill(service);
      await target.waitReady();
      await request.get(`/user/${user.id}`).expect(200, user);
      const { body } = await request.get(`/product/${good.id}`).expect(200);
      expect(body).toMatchObject(good);
    },
  );

  test('in the middle of writing loses nothing it has acknowledged', async () => {
    await using creations = new Creations(request);
    const acknowledged: User[] = [];
    const over = new AbortController();
    let failed = 0;

    /** Registers one seller after the other, until that fails. */
    const write = async () => {
      while (!over.signal.aborted) {
        const word = uniqueWord();
        // The id is chosen here, so that an entity without a response is removed again, too.
        const path = `/user/0190a5d0-0000-7000-8000-${word.slice(-12)}`;
        creations.remember(path);
        const asked = request.put(path).send({ name: 'Ann', email: `${word}@e2e.example` });
        const answer = await asked.catch(() => undefined);
        if (answer?.status !== 201) {
          failed += 1;
          return;
        }
        acknowledged.push(answer.body as User);
      }
    };
    const writers = Promise.all([write(), write(), write(), write()]);
    try {
      await eventually('the writers are at it', () => acknowledged.length >= 20);
      expect(failed).toBe(0);
      await target.kill('user');
      await eventually('a write fails: the crash came between them', () => failed > 0, { withinMs: 60_000 });
    } finally {
      over.abort();
      await writers;
    }
    await target.waitReady();
    for (const user of acknowledged) await request.get(`/user/${user.id}`).expect(200, user);
  });
});
