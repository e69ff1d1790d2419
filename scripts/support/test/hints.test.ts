import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { exampleProductId } from '../../seed/data.ts';
import { curlHints } from '../hints.ts';

test('the hints can be pasted into bash', () => {
  const echo = `curl() { printf '%s\\n' "$@" END; }`;
  const { stdout, stderr } = spawnSync(
    'bash',
    ['-c', [echo, ...curlHints('http://localhost:8080/')].join('\n')],
    {
      encoding: 'utf8',
    },
  );
  expect(stderr).toBe('');
  const good = `http://localhost:8080/product/${exampleProductId}`;
  const commands = stdout.split('END\n').map((words) => words.split('\n').filter(Boolean));
  expect(commands).toEqual([
    ['http://localhost:8080/product?limit=3'],
    [good],
    ['-X', 'PATCH', good, '-H', 'content-type: application/merge-patch+json', '-d', '{"stock": 41}'],
    [],
  ]);
});
