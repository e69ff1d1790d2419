import { expect, test } from '@jest/globals';
import type { Cluster } from '../cluster/cluster.ts';
import type { Preparation } from '../fault.ts';
import { Preparations } from '../run/play.ts';

const done: string[] = [];
const preparation = (name: string): Preparation => ({
  name,
  async prepare({ restoring }) {
    done.push(`make ${name}`);
    await restoring(name, async () => void done.push(`undo ${name}`));
  },
});
const [a, b] = [preparation('a'), preparation('b')];

test('are kept for the next fault that needs the same, and taken back for one that does not', async () => {
  const preparations = new Preparations({} as Cluster, new AbortController().signal, () => {});
  await preparations.for({ needs: [a] });
  await preparations.for({ needs: [a] });
  expect(done.splice(0)).toEqual(['make a']);
  await preparations.for({ needs: [a, b] });
  expect(done.splice(0)).toEqual(['undo a', 'make a', 'make b']);
  await preparations.for({});
  await preparations.undo();
  expect(done.splice(0)).toEqual(['undo b', 'undo a']);
});

test('one that has failed is taken back too, and nothing is prepared for a run that was given up', async () => {
  const interrupted = new AbortController();
  const preparations = new Preparations({} as Cluster, interrupted.signal, () => {});
  const failing: Preparation = {
    name: 'failing',
    async prepare({ restoring }) {
      await restoring('failing', async () => void done.push('undo failing'));
      throw new Error('not today');
    },
  };
  await expect(preparations.for({ needs: [failing] })).rejects.toThrow('not today');
  await preparations.undo();
  expect(done.splice(0)).toEqual(['undo failing']);
  interrupted.abort(new Error('given up'));
  await expect(preparations.for({ needs: [a] })).rejects.toThrow('given up');
  expect(done).toEqual([]);
});
