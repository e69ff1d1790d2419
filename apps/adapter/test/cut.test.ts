import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { readMapping } from '../src/mapping/load.ts';
import type { Mapping } from '../src/mapping/schema.ts';
import { csvMapping, fixedWidthMapping, xmlMapping } from './support/mappings.ts';
import { read } from './support/read.ts';
import { csvFeed, fixedWidthFeed, item, xmlFeed } from './support/writers.ts';

const items = [item({ name: 'Tea "green"', description: 'two\nlines' }), item({ key: 'A2', name: '녹차' })];
const shipped = new URL('../../../k8s/base/legacy-supplier/', import.meta.url);
const shippedMapping = (name: string): Mapping =>
  readMapping(new URL(`mappings/${name}.yaml`, shipped).pathname);
const shippedFeed = (file: string): Buffer => readFileSync(new URL(`feeds/${file}`, shipped));

/** What stands after the last byte that matters: line ends, and an end-of-file mark. */
const lengthThatMatters = (feed: Buffer): number =>
  feed.toString('latin1').replaceAll('\u001A', '').trimEnd().length;

describe('a feed that is cut, at any byte, is never a success', () => {
  test.each<[string, Mapping, Buffer]>([
    ['XML in UTF-8', xmlMapping(), xmlFeed(items)],
    ['XML in EUC-KR', xmlMapping('euc-kr'), xmlFeed(items, 'euc-kr')],
    ['CSV with a trailer', csvMapping(), csvFeed(items)],
    ['fixed width', fixedWidthMapping(), fixedWidthFeed([item(), item({ name: '녹차' })])],
    ['the shipped XML', shippedMapping('hanbit'), shippedFeed('hanbit.xml')],
    ['the shipped CSV', shippedMapping('schwarzwald'), shippedFeed('schwarzwald.csv')],
    ['the shipped fixed width', shippedMapping('taepyung'), shippedFeed('taepyung.txt')],
  ])('%s', async (_, mapping, feed) => {
    const whole = await read(mapping, feed);
    expect(whole.error).toBeUndefined();
    expect(whole.summary).toMatchObject({ complete: true });
    // A fixed-width trailer is as long as every line: its blanks matter.
    const end =
      mapping.feed.format === 'fixed-width'
        ? feed.lastIndexOf('T') + mapping.feed.length
        : lengthThatMatters(feed);
    const successes: number[] = [];
    for (let length = 0; length < end; length += 1) {
      const { error, summary, products } = await read(mapping, feed.subarray(0, length));
      if (error === undefined || summary !== undefined) successes.push(length);
      // Nothing is made up: what comes is the beginning of what would have come.
      if (JSON.stringify(products) !== JSON.stringify(whole.products.slice(0, products.length)))
        successes.push(length);
    }
    expect(successes).toEqual([]);
    expect((await read(mapping, feed.subarray(0, end))).summary).toEqual(whole.summary);
  });
});

test('every shipped feed has its mapping, and two bad records among twelve', async () => {
  const files = readdirSync(new URL('feeds', shipped));
  expect(files).toHaveLength(3);
  for (const file of files) {
    const { summary, products } = await read(shippedMapping(file.replace(/\..*/, '')), shippedFeed(file));
    expect(summary).toEqual({ records: 12, products: 10, problems: 2, complete: true });
    expect(products.some(({ name }) => /[가-힣]/.test(name))).toBe(true);
  }
});
