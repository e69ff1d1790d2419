import { expect, test } from '@jest/globals';
import { prepare, type Preparation } from '../prepare.ts';

type Piece = Exclude<keyof Preparation, 'applyToCluster'> | 'apply' | 'newNodes';

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Pieces of work that end when the test says so, and a record of when each began and ended. */
function pieces() {
  const record: string[] = [];
  const waiting = new Map<Piece, PromiseWithResolvers<void>>();
  const piece = (name: Piece) => () => {
    record.push(`${name} begins`);
    const end = Promise.withResolvers<void>();
    waiting.set(name, end);
    return end.promise.finally(() => record.push(`${name} ends`));
  };
  let onNodes: (() => void) | undefined;
  const work: Preparation = {
    buildImages: piece('buildImages'),
    renderManifests: piece('renderManifests'),
    ensureCluster: (callBack) => {
      onNodes = callBack;
      return piece('ensureCluster')();
    },
    connectRegistry: piece('connectRegistry'),
    pullImages: piece('pullImages'),
    applyToCluster: [piece('apply')],
  };
  return {
    work,
    record,
    running: () => [...waiting.keys()].filter((name) => !record.includes(`${name} ends`)).toSorted(),
    end: async (...names: readonly Piece[]) => {
      for (const name of names) {
        if (name === 'newNodes') onNodes?.();
        else waiting.get(name)?.resolve();
        await turn();
      }
    },
    fail: async (name: Piece, error: Error) => {
      waiting.get(name)?.reject(error);
      await turn();
    },
  };
}

test.each([
  { case: 'images before nodes', order: ['buildImages', 'newNodes'] },
  { case: 'nodes before images', order: ['newNodes', 'buildImages'] },
] as const)(
  'no image is pushed or looked up while the registry is being connected: $case',
  async ({ order }) => {
    const { work, running, end } = pieces();
    const prepared = prepare(work);
    expect(running()).toEqual(['buildImages', 'ensureCluster']);
    await end(...order);
    expect(running()).toEqual(['connectRegistry', 'ensureCluster']);
    await end('connectRegistry');
    expect(running()).toEqual(['ensureCluster', 'pullImages', 'renderManifests']);
    await end('pullImages', 'renderManifests', 'ensureCluster');
    expect(running()).toEqual(['apply']);
    await end('apply');
    await expect(prepared).resolves.toBeUndefined();
  },
);

test('nodes that are there already pull nothing in advance', async () => {
  const { work, running, record, end } = pieces();
  const prepared = prepare(work);
  await end('ensureCluster');
  expect(running()).toEqual(['apply', 'buildImages']);
  await end('buildImages', 'connectRegistry', 'renderManifests', 'apply');
  await prepared;
  expect(record).not.toContain('pullImages begins');
});

test('an image that cannot be built is reported when the cluster is no longer being made', async () => {
  const { work, record, end, fail } = pieces();
  const prepared = prepare(work);
  const reported = prepared.catch((error: unknown) => {
    record.push('reported');
    return error;
  });
  await fail('buildImages', new Error('no such file'));
  await end('newNodes', 'ensureCluster', 'apply');
  expect(await reported).toMatchObject({ message: 'no such file' });
  expect(record).not.toContain('connectRegistry begins');
  expect(record.indexOf('reported')).toBeGreaterThan(record.indexOf('apply ends'));
});

test('what cannot be pulled in advance fails nothing', async () => {
  const { work, end, fail } = pieces();
  const prepared = prepare(work);
  await end('newNodes', 'buildImages', 'connectRegistry');
  await fail('pullImages', new Error('the node has no space'));
  await end('renderManifests', 'ensureCluster', 'apply');
  await expect(prepared).resolves.toBeUndefined();
});
