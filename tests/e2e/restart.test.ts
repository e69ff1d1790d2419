import { expect, test } from '@jest/globals';
import type { User } from '@shop/contracts';
import { clientOf } from '../support/client.ts';
import { describeWith } from '../support/control.ts';
import { Creations, uniqueWord } from '../support/creations.ts';
import { eventually } from '../support/eventually.ts';
import { connectTarget, type ServiceName } from '../support/target.ts';

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
    let crashed = false;
    let written = 0;

    /** Registers one seller after the other, until after the crash. */
    const write = async () => {
      for (let after = 0; after < 5; after += crashed ? 1 : 0) {
        const word = uniqueWord();
        // The id is known beforehand, so that also what was stored without an answer is taken out again.
        const path = `/user/0190a5d0-0000-7000-8000-${word.slice(-12)}`;
        creations.remember(path);
        const response = await request
          .put(path)
          .send({ name: 'Ann', email: `${word}@e2e.example` })
          .catch((error: unknown) => error as Error);
        if (!(response instanceof Error) && response.status === 201) {
          acknowledged.push(response.body as User);
          written += 1;
        }
      }
    };
    const writers = Promise.all([write(), write(), write(), write()]);
    await eventually('the writers are at it', () => written >= 20);
    await target.kill('user');
    crashed = true;
    const before = written;
    await writers;
    await target.waitReady();

    expect(before).toBeGreaterThanOrEqual(20);
    for (const user of acknowledged) await request.get(`/user/${user.id}`).expect(200, user);
  });
});
