import { stripVTControlCharacters } from 'node:util';
import { expect, test } from '@jest/globals';
import { createOutput } from '../output.ts';

function writer(isTTY: boolean) {
  const writes: string[] = [];
  return { isTTY, writes, write: (text: string) => writes.push(text) };
}

const line =
  '{"level":"info","time":"2026-01-31T12:00:00.000Z","app":"ambassador","msg":"GET /product","statusCode":200}';

test('to a pipe records pass unchanged, one write a line', () => {
  const [stdout, stderr] = [writer(false), writer(false)];
  createOutput(stdout, stderr).record('front-door', line);
  expect([stdout.writes, stderr.writes]).toEqual([[`${line}\n`], []]);
});

test('a line that is not a record stays out of the NDJSON', () => {
  const [stdout, stderr] = [writer(false), writer(false)];
  const output = createOutput(stdout, stderr);
  output.record('user', 'Debugger listening');
  output.remark('user', 'Warning');
  expect([stdout.writes, stderr.writes]).toEqual([[], ['user: Debugger listening\n', 'user: Warning\n']]);
});

test('on a terminal a record is one readable line that names the program', () => {
  const stdout = writer(true);
  const output = createOutput(stdout, writer(true));
  output.open();
  output.record('front-door', line);
  expect(stdout.writes).toHaveLength(1);
  expect(stripVTControlCharacters(stdout.writes[0] ?? '')).toMatch(
    /^\[\d\d:\d\d:\d\d\.\d{3}\] INFO: front-door +GET \/product \{"statusCode":200\}\n$/,
  );
});

test('on a terminal an error keeps its stack, and broken JSON is shown as it is', () => {
  const stdout = writer(true);
  const output = createOutput(stdout, writer(true));
  output.record(
    'user',
    '{"level":"error","msg":"failed","err":{"message":"no","stack":"Error: no\\n    at file.ts:1"}}',
  );
  output.record('user', '{"level":');
  expect(stripVTControlCharacters(stdout.writes[0] ?? '')).toContain('at file.ts:1');
  expect(stdout.writes[1]).toBe('{"level":\n');
});

test('on a terminal nothing but warnings and errors is shown until the shop is open', () => {
  const stdout = writer(true);
  const output = createOutput(stdout, writer(true));
  const record = (level: string, msg: string) => output.record('user', JSON.stringify({ level, msg }));
  record('info', 'listening');
  record('warn', 'slow');
  record('error', 'failed');
  output.open();
  record('info', 'request to come');
  const shown = stdout.writes.map((text) => stripVTControlCharacters(text));
  expect(shown).toEqual([
    expect.stringContaining('slow'),
    expect.stringContaining('failed'),
    expect.stringContaining('request to come'),
  ]);
});

test('on a terminal a request is what a person looks for, and fits into a line', () => {
  const stdout = writer(true);
  const output = createOutput(stdout, writer(true));
  output.open();
  const request = {
    level: 'info',
    msg: 'request',
    requestId: '308d3bd0-b8fa-4c69-867d-a3c3405fe663',
    method: 'GET',
    path: '/product?limit=3',
    route: '/product',
    status: 200,
    durationMs: 4.9,
  };
  output.record('product', JSON.stringify(request));
  output.record('product', JSON.stringify({ ...request, status: 503, attempts: 2 }));
  expect(stdout.writes.map((text) => stripVTControlCharacters(text))).toEqual([
    expect.stringMatching(/product +GET \/product\?limit=3 200 4\.9 ms\n$/),
    expect.stringMatching(/503 4\.9 ms \{"attempts":2\}\n$/),
  ]);
});

test('to a pipe everything passes from the beginning', () => {
  const stdout = writer(false);
  createOutput(stdout, writer(false)).record('user', '{"level":"info","msg":"listening"}');
  expect(stdout.writes).toHaveLength(1);
});
