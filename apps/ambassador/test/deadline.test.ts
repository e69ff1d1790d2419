import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { expect, test } from '@jest/globals';
import { Deadline } from '../src/exchange.ts';

/** Blocks the event loop, as if the process got no CPU. */
const holdUp = (milliseconds: number) =>
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);

test('what has arrived while the process was held up is heard before the time is up', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const near = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [far] = (await once(server, 'connection')) as [Socket];
  try {
    const deadline = new Deadline();
    const first = Promise.race([
      new Promise((resolve) => deadline.set(1, () => resolve('time is up'))),
      once(near, 'data').then(() => {
        deadline.clear();
        return 'heard';
      }),
    ]);
    far.write('x');
    holdUp(20);
    expect(await first).toBe('heard');
  } finally {
    near.destroy();
    server.close();
  }
});

test('something moved between the end of the time and the last look: the span starts again', async () => {
  const ends: string[] = [];
  const deadline = new Deadline();
  const over = new Promise<void>((resolve) =>
    deadline.set(1, () => {
      ends.push('over');
      resolve();
    }),
  );
  setTimeout(() => {
    deadline.touch();
    ends.push('touched');
  }, 1);
  holdUp(20);
  await over;
  expect(ends).toEqual(['touched', 'over']);
});
