import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import type { Mapping } from '../src/mapping/schema.ts';
import { csvMapping, fixedWidthMapping, xmlMapping } from './support/mappings.ts';
import { startSource } from './support/source.ts';
import { csvHeader, csvItem, fixedWidthFeed, item, xmlItem } from './support/writers.ts';

const megabyte = 1_000_000;
const size = 200 * megabyte;
const allowedGrowth = 64 * 1024 * 1024;
const long = item({ name: '보성 녹차', description: '곡우 전에 딴 첫물차. '.repeat(90) });

interface Format {
  readonly mapping: (url: string) => Mapping;
  readonly head: string | Buffer;
  readonly record: string | Buffer;
  readonly tail: (records: number) => string;
}

/** Lines of 66 are filled up, so that 200 MB are no more records than in the other formats. */
const filler = ' '.repeat(934);
const [fixedHead = '', fixedRecord = ''] = fixedWidthFeed([item()])
  .toString('latin1')
  .split('\n')
  .map((line) => `${line}${filler}\n`);
const fixedMapping = (url: string): Mapping => {
  const mapping = fixedWidthMapping('bytes', 'euc-kr', url);
  return { ...mapping, feed: { ...mapping.feed, length: 1000 } as Mapping['feed'] };
};

const formats: readonly (readonly [string, Format])[] = [
  [
    'XML',
    {
      mapping: (url) => xmlMapping('utf-8', url),
      head: '<list>\n',
      record: xmlItem(long),
      tail: () => '</list>',
    },
  ],
  [
    'CSV',
    {
      mapping: (url) => csvMapping("trailer: { marker: '#END', count: 2 }", url),
      head: csvHeader,
      record: csvItem(long),
      tail: (records) => `#END;${records}\r\n`,
    },
  ],
  [
    'fixed width',
    {
      mapping: fixedMapping,
      head: Buffer.from(fixedHead, 'latin1'),
      record: Buffer.from(fixedRecord, 'latin1'),
      tail: (records) => `T${String(records).padStart(6, '0')}${' '.repeat(59)}${filler}\n`,
    },
  ],
];

/** Makes the feed as it is read: `?bytes=` many. */
const generator =
  ({ head, record, tail }: Format): RequestListener =>
  (request, response) => {
    const wanted = Number(new URL(request.url ?? '', 'http://x').searchParams.get('bytes'));
    const block = Buffer.concat(Array.from({ length: 100 }, () => Buffer.from(record)));
    const blocks = Math.ceil(wanted / block.length);
    let written = 0;
    response.write(head);
    const pour = (): void => {
      while (written < blocks) {
        written += 1;
        if (!response.write(block)) return void response.once('drain', pour);
      }
      response.end(tail(blocks * 100));
    };
    pour();
  };

async function startProcess(mappings: readonly Mapping[]) {
  const folder = mkdtempSync(join(tmpdir(), 'adapter-memory-'));
  for (const mapping of mappings) writeFileSync(join(folder, `${mapping.supplier}.yaml`), stringify(mapping));
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
  // As in the Deployment: otherwise V8 lets its garbage grow with the machine, which would be measured instead.
  const options = { NODE_OPTIONS: '--max-semi-space-size=4' };
  const env = { ...process.env, ...options, PORT: '0', ADMIN_PORT: '0', MAPPINGS_DIR: folder };
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  const [line] = (await once(lines, 'line')) as [string];
  const { port, adminPort } = JSON.parse(line) as { port: number; adminPort: number };
  return {
    url: `http://127.0.0.1:${port}`,
    async residentBytes() {
      const text = await (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text();
      return Number(/^process_resident_memory_bytes\S* (\d+)/m.exec(text)?.[1]);
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await once(child, 'exit');
      rmSync(folder, { recursive: true });
    },
  };
}

/** Reads a feed without keeping it. @param each called for every 10 MB. @returns its last line. */
async function drain(url: string, each: () => Promise<void>): Promise<string> {
  const response = await fetch(url);
  let tail = '';
  let next = 0;
  let total = 0;
  const decoder = new TextDecoder();
  for await (const chunk of response.body as ReadableStream<Uint8Array>) {
    total += chunk.length;
    tail = (tail + decoder.decode(chunk, { stream: true })).slice(-1000);
    if (total < next) continue;
    next = total + 10 * megabyte;
    await each();
  }
  return tail.trimEnd().split('\n').at(-1) ?? '';
}

test.each(formats)(
  '%s: 200 MB in constant memory',
  async (name, format) => {
    await using source = await startSource(generator(format));
    const small = { ...format.mapping(`${source.url}?bytes=${10 * megabyte}`), supplier: 'small' };
    const large = { ...format.mapping(`${source.url}?bytes=${size}`), supplier: 'large', skuPrefix: 'L-' };
    await using adapter = await startProcess([small, large]);
    await drain(`${adapter.url}/feeds/small`, async () => {});
    const baseline = await adapter.residentBytes();
    let peak = 0;
    const last = await drain(`${adapter.url}/feeds/large`, async () => {
      peak = Math.max(peak, await adapter.residentBytes());
    });
    expect(JSON.parse(last)).toMatchObject({ summary: { complete: true } });
    process.stderr.write(`${name}: ${Math.round(baseline / 1e6)} MB, at most ${Math.round(peak / 1e6)} MB\n`);
    expect(peak - baseline).toBeLessThan(allowedGrowth);
  },
  600_000,
);
