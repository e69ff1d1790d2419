import { describe, expect, test } from '@jest/globals';
import { escapeHtml, percentile, showSpread, spread, table } from '../src/report.ts';

test('percentiles are by nearest rank', () => {
  const values = Array.from({ length: 200 }, (_, index) => 200 - index);
  expect([percentile(values, 0.5), percentile(values, 0.99), percentile(values, 1)]).toEqual([100, 198, 200]);
  expect(percentile([], 0.99)).toBe(0);
});

test('a spread is the median, the least and the most', () => {
  expect(spread([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 });
  expect(showSpread(spread([4, 1, 2, 3]), 1)).toBe('2.5 (1.0-4.0)');
});

describe('a table', () => {
  const rows = [
    ['name', 'count', 'why'],
    ['one', '1', ''],
    ['twenty', '20', 'because'],
  ];
  test('has columns as wide as what is in them', () => {
    expect(table(rows)).toBe('name    count  why\none     1\ntwenty  20     because');
  });
  test('can have its numbers at the right, and borders', () => {
    expect(table(rows, { rightFrom: 1, gap: ' | ', border: ['| ', ' |'] })).toBe(
      '| name   | count |     why |\n| one    |     1 |         |\n| twenty |    20 | because |',
    );
  });
  test('takes a remark that is longer than its column', () => {
    expect(
      table([...rows, ['none', 'not installed: apt-get install it']])
        .split('\n')
        .at(-1),
    ).toBe('none    not installed: apt-get install it');
    expect(table([...rows, ['none', 'not installed']]).split('\n')[0]).toBe('name    count  why');
  });
});

test('text for HTML has no markup in it, and XML can hold it', () => {
  expect(escapeHtml(`<a href="x">it's & \u0007</a>`)).toBe(
    '&lt;a href=&quot;x&quot;&gt;it&#39;s &amp; &lt;/a&gt;',
  );
});
