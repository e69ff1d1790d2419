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

test('with an authority and a token each of them verifies, and the write shows the token of the variable', () => {
  const [list, good, change] = curlHints('https://localhost:8443', { authority: 'ca.crt', token: true });
  for (const hint of [list, good, change]) expect(hint).toMatch(/^curl --cacert ca\.crt /);
  expect(list).not.toContain('SHOP_TOKEN');
  expect(change).toContain('-H "authorization: Bearer $SHOP_TOKEN"');
});
