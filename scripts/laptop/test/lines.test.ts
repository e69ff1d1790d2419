import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { expect, test } from '@jest/globals';
import { splitLines } from '../lines.ts';

async function split(chunks: readonly Buffer[]): Promise<{ lines: string[]; rest: string[] }> {
  const stream = Readable.from(chunks, { objectMode: false });
  const lines: string[] = [];
  const rest: string[] = [];
  splitLines(
    stream,
    (line) => lines.push(line),
    (line) => rest.push(line),
  );
  await finished(stream);
  return { lines, rest };
}

test('a line in several chunks is one line, also where a character is cut in two', async () => {
  const text = Buffer.from('{"name":"녹차"}\n{"name":"b"}\n');
  const oneByOne = [...text].map((byte) => Buffer.of(byte));
  expect(await split(oneByOne)).toEqual({ lines: ['{"name":"녹차"}', '{"name":"b"}'], rest: [] });
});

test('only line feeds separate lines', async () => {
  expect(await split([Buffer.from('a\u2028b\u0085c\n\nd\n')])).toEqual({
    lines: ['a\u2028b\u0085c', '', 'd'],
    rest: [],
  });
});

test('what follows the last line feed is not a line', async () => {
  expect(await split([Buffer.from('a\n{"b":')])).toEqual({ lines: ['a'], rest: ['{"b":'] });
});
