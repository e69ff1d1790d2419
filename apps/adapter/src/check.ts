/**
 * `node dist/check.js MAPPING SAMPLE`: applies a mapping to a file and prints the result, as a table on a terminal and
 * as NDJSON otherwise. Exit code 0 when every record is valid, 1 when one is not or the file is incomplete, 2 for wrong
 * arguments.
 */
import { createReadStream } from 'node:fs';
import { readOrExit } from '@shop/config';
import { FeedError, placeOf } from './formats/feed-error.ts';
import type { FeedLine, Problem, ProductLine } from './mapping/lines.ts';
import { readFeed } from './feed/read-feed.ts';
import { readMapping } from './mapping/load.ts';
import { formatMoney } from './terminal/money.ts';
import { formatTable, type Column } from './terminal/table.ts';

const maxBytes = 1_000_000_000;

const productColumns: readonly Column<ProductLine>[] = [
  { title: 'line', value: ({ position }) => position.line },
  { title: 'sku', value: ({ product }) => product.sku },
  { title: 'name', value: ({ product }) => product.name },
  { title: 'price', value: ({ product }) => formatMoney(product.price) },
  { title: 'stock', value: ({ product }) => product.stock },
  { title: 'description', value: ({ product }) => product.description, maxWidth: 30 },
];
const problemColumns: readonly Column<Problem>[] = [
  { title: 'line', value: ({ line }) => line },
  { title: 'key', value: ({ key }) => key },
  { title: 'field', value: ({ field }) => field },
  { title: 'for', value: ({ target }) => target },
  { title: 'what is wrong', value: ({ detail }) => detail, maxWidth: 100 },
];

/** Lines in blocks, so that a large file needs no more memory than a small one. */
const block = 200;

const [mappingFile, sample, ...rest] = process.argv.slice(2);
if (mappingFile === undefined || sample === undefined || rest.length > 0) {
  process.stderr.write('Usage: node dist/check.js MAPPING SAMPLE\n');
  process.exit(2);
}
const mapping = readOrExit('check', () => readMapping(mappingFile));
const table = process.stdout.isTTY;
let products: ProductLine[] = [];
const problems: Problem[] = [];
let problemCount = 0;

function show(line: FeedLine): void {
  if ('problem' in line) problemCount += 1;
  if (!table) process.stdout.write(`${JSON.stringify(line)}\n`);
  else if ('product' in line) products.push(line);
  else if ('problem' in line && problems.length < block) problems.push(line.problem);
  else if ('summary' in line) finish(`${line.summary.records} records, ${line.summary.products} products`);
  if (products.length >= block) showProducts();
}

function showProducts(): void {
  if (products.length > 0) process.stdout.write(`${formatTable(productColumns, products)}\n`);
  products = [];
}

function finish(outcome: string): void {
  showProducts();
  if (problems.length > 0) process.stdout.write(`${formatTable(problemColumns, problems)}\n`);
  process.stdout.write(`${outcome}, ${problemCount} problems\n`);
}

function fail(error: object, text: string): void {
  process.exitCode = 1;
  if (table) finish(text);
  else process.stdout.write(`${JSON.stringify({ error })}\n`);
}

try {
  for await (const lines of readFeed(mapping, createReadStream(sample), { maxBytes })) lines.forEach(show);
  if (problemCount > 0) process.exitCode = 1;
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException;
  if (error instanceof FeedError) {
    const place = placeOf(error);
    fail(error.toDetails(), `${place && `${place}: `}${error.message}; this is not the whole feed`);
  } else if (code !== undefined) fail({ reason: 'unreadable', detail: message }, message);
  else throw error;
}
