import { formatTable, type Column } from '../terminal/table.ts';
import type { ImportResult } from './import-catalogue.ts';
import type { Rejection, SupplierResult } from './tally.ts';

const resultColumns: readonly Column<SupplierResult>[] = [
  { title: 'supplier', value: ({ supplier }) => supplier },
  { title: 'created', value: ({ created }) => created },
  { title: 'updated', value: ({ updated }) => updated },
  { title: 'unchanged', value: ({ unchanged }) => unchanged },
  { title: 'rejected', value: ({ rejected }) => rejected },
  {
    title: 'feed',
    value: ({ error }) => (error === undefined ? 'complete' : `INCOMPLETE: ${error}`),
    maxWidth: 100,
  },
];

const rejectionColumns: readonly Column<Rejection & { readonly supplier: string }>[] = [
  { title: 'rejected from', value: ({ supplier }) => supplier },
  { title: 'line', value: ({ line }) => line },
  { title: 'key', value: ({ key }) => key },
  { title: 'field', value: ({ field }) => field },
  { title: 'reason', value: ({ reason }) => reason, maxWidth: 100 },
];

/** The summary for people. */
export function formatReport({ outcome, reason, suppliers }: ImportResult): string {
  const rejections = suppliers.flatMap(({ supplier, rejections }) =>
    rejections.map((rejection) => ({ ...rejection, supplier })),
  );
  const parts = [
    suppliers.length > 0 ? formatTable(resultColumns, suppliers) : '',
    rejections.length > 0 ? formatTable(rejectionColumns, rejections) : '',
    `The import is ${outcome}${reason === undefined ? '' : `: ${reason}`}.\n`,
  ];
  return parts.filter((part) => part !== '').join('\n');
}

/** Exit codes: 128 and the signal's number where one ended it, as shells count; see main. */
export function exitCodeOf({ outcome, suppliers }: ImportResult, strict: boolean): 0 | 1 {
  if (outcome !== 'complete') return 1;
  return strict && suppliers.some(({ rejected }) => rejected > 0) ? 1 : 0;
}
