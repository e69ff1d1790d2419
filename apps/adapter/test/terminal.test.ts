import { describe, expect, test } from '@jest/globals';
import { formatReport } from '../src/import/report.ts';
import { formatMoney } from '../src/terminal/money.ts';
import { formatTable } from '../src/terminal/table.ts';

const table = (...rows: [string, number][]) =>
  formatTable(
    [
      { title: 'name', value: ([name]) => name, maxWidth: 12 },
      { title: 'count', value: ([, count]) => count },
    ],
    rows,
  );

describe('tables', () => {
  test('a syllable of Hangul takes two cells', () => {
    expect(table(['tea', 5], ['녹차', 120])).toBe('name  count\ntea       5\n녹차    120\n');
  });

  test('what is long is cut, and nothing controls the terminal', () => {
    expect(table(['가나다라마바사아', 1])).toBe(`name         count\n가나다라마…      1\n`);
    expect(table(['a\u001B[2J\u009Bb\u202E\nc', 1])).toBe('name        count\na�[2J�b� c      1\n');
  });
});

test('money is written exactly', () => {
  expect([
    formatMoney({ amount: 5, currency: 'EUR' }),
    formatMoney({ amount: 124_900, currency: 'EUR' }),
    formatMoney({ amount: 5000, currency: 'KRW' }),
    formatMoney({ amount: 1234, currency: 'KWD' }),
  ]).toEqual(['0.05 EUR', '1249.00 EUR', '5000 KRW', '1.234 KWD']);
});

test('the report of an import has a row for each supplier, and every reason', () => {
  const rejections = [
    { line: 9, record: 8, key: 'K8', field: '가격', reason: 'is "품절", which is not a number' },
  ];
  const counts = { created: 10, updated: 2, unchanged: 300, rejected: 1, rejections };
  const report = formatReport({
    outcome: 'incomplete',
    suppliers: [
      { supplier: 'hanbit', complete: true, ...counts },
      {
        supplier: 'pacific',
        complete: false,
        error: 'the trailer says 5 records, 4 came',
        ...counts,
        rejected: 0,
        rejections: [],
      },
    ],
  });
  expect(report).toBe(`supplier  created  updated  unchanged  rejected  feed
hanbit         10        2        300         1  complete
pacific        10        2        300         0  INCOMPLETE: the trailer says 5 records, 4 came

rejected from  line  key  field  reason
hanbit            9  K8   가격   is "품절", which is not a number

The import is incomplete.
`);
});
