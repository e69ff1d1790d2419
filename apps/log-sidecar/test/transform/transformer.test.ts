import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { LogDirectory } from '../support/log-directory.ts';
import { Stepwise, type StepwiseOptions } from '../support/stepwise.ts';

/** The lines of the output without where they stood. */
const bare = (sidecar: Stepwise) => sidecar.lines.map(({ log: _log, ...rest }) => rest);

const lines = (level: string, count: number): string =>
  Array.from({ length: count }, (_, index) => `{"level":${level},"msg":"${index}"}\n`).join('');

describe('what becomes of a line', () => {
  let log: LogDirectory;
  beforeEach(() => {
    log = new LogDirectory();
  });
  afterEach(() => log.remove());

  const origin = { pod: 'user-1', node: 'kind-worker', namespace: 'shop', app: 'user', version: '1.2.3' };

  async function pass(
    text: string | Uint8Array,
    transform: StepwiseOptions['transform'] = { origin },
  ): Promise<Stepwise> {
    const sidecar = new Stepwise(log, { transform, maxLineBytes: 1024 });
    log.write(text);
    await sidecar.idle();
    sidecar.time += 1000;
    await sidecar.idle();
    return sidecar;
  }

  test('it says where it comes from, and is otherwise passed on byte for byte', async () => {
    const { text } = await pass(
      String.raw`{ "n":12345678901234567890, "s":"\u00e9/\/" ,"app":"user"}` + '\n',
    );
    expect(text).toMatch(
      /^\{ "n":12345678901234567890, "s":"\\u00e9\/\\\/" ,"app":"user","pod":"user-1","node":"kind-worker","namespace":"shop","version":"1.2.3","log":\{"file":"[0-9a-f]{12}","offset":0\}\}\n$/,
    );
  });

  test.each(['{}', '{ }', ' {"a":{}} '])('%j gets its members too', async (text) => {
    const [line] = bare(await pass(`${text}\n`));
    expect(line).toEqual({ ...(JSON.parse(text) as object), ...origin });
  });

  test('what is not known of the origin is left out', async () => {
    expect(bare(await pass('{}\n', { origin: { pod: 'user-1' } }))).toEqual([{ pod: 'user-1' }]);
  });

  test.each([
    ['{"pod":"forged","msg":"a"}', { msg: 'a', original: { pod: 'forged' } }],
    ['{"msg":"a","pod":"forged"}', { msg: 'a', original: { pod: 'forged' } }],
    [
      '{"a":1,"pod":{"x":1},"b":2,"log":3,"original":4}',
      { a: 1, b: 2, original: { pod: { x: 1 }, log: 3, original: 4 } },
    ],
    ['{"app":"user","node":"kind-worker","x":1}', { x: 1 }],
    ['{"app":"user","app":"other"}', { original: { app: 'other' } }],
    ['{"pod":1}', { original: { pod: 1 } }],
  ])('members of the sidecar cannot be forged: %s', async (text, rest) => {
    const sidecar = await pass(`${text}\n`);
    expect(bare(sidecar)).toEqual([{ ...origin, ...rest }]);
    const names = [...sidecar.text.matchAll(/"(pod|node|namespace|version|log)":/g)].map(([, name]) => name);
    expect(names.length - new Set(names).size).toBeLessThanOrEqual(Object.hasOwn(rest, 'original') ? 2 : 0);
  });

  test('secrets are cut, also in members that are moved and in what is not JSON', async () => {
    const redact = { paths: ['**.token'], censor: '#' };
    const sidecar = await pass('{"a":{"token":1},"pod":{"token":"s3cret"}}\nGET /?token=s3cret\n', {
      origin,
      redact,
    });
    expect(bare(sidecar)).toEqual([
      { ...origin, a: { token: '#' }, original: { pod: { token: '#' } } },
      { raw: true, msg: 'GET /?token=#', ...origin },
    ]);
    expect(sidecar.stats.redactedValues).toBe(2);
  });

  test('what is not a JSON object is kept as text', async () => {
    const texts = ['plain', '{"a":1', '[1]', '"text"', '17', '{"a":"\0"}', 'a\0b', '\u{1f600} "q" \\ \u0007'];
    const sidecar = await pass(`${texts.join('\n')}\n`, { origin: {} });
    expect(bare(sidecar)).toEqual(texts.map((msg) => ({ raw: true, msg })));
    expect(sidecar.stats.lines).toMatchObject({ raw: texts.length, json: 0 });
  });

  test('CRLF, empty lines and the hole before a line are not content', async () => {
    const sidecar = await pass('{"msg":"a"}\r\n\r\n\n   \nplain\r\n\0\0\0\0{"msg":"b"}\n', { origin: {} });
    expect(sidecar.messages).toEqual(['a', 'plain', 'b']);
    expect(sidecar.stats.lines).toMatchObject({ json: 2, raw: 1, empty: 3 });
  });

  test('bytes that are not UTF-8 are replaced, in JSON and in text', async () => {
    const bad = Buffer.from([0xc3, 0x28, 0xff]);
    const parts = ['{"msg":"', bad, '"}\n', bad, '\n{"msg":"é"}\n'].map((part) =>
      Buffer.from(part as string),
    );
    const sidecar = await pass(Buffer.concat(parts), { origin: {} });
    expect(sidecar.messages).toEqual(['\ufffd(\ufffd', '\ufffd(\ufffd', 'é']);
    expect(sidecar.stats.invalidUtf8Lines).toBe(2);
  });

  test('a line that is too long keeps its beginning, and the ones around it are whole', async () => {
    const long = `{"msg":"${'é'.repeat(100_000)}"}`;
    const sidecar = await pass(`{"msg":"a"}\n${long}\n{"msg":"b"}\n`, { origin: {} });
    const [first, cut, last] = sidecar.lines;
    expect([first?.msg, last?.msg]).toEqual(['a', 'b']);
    expect(cut).toMatchObject({ raw: true, log: { offset: 12, cutFromBytes: Buffer.byteLength(long) } });
    expect(long.startsWith(cut?.msg ?? '-')).toBe(true);
    expect(Buffer.byteLength(cut?.msg ?? '')).toBeGreaterThan(1020);
    expect(sidecar.stats.lines.too_long).toBe(1);
  });

  describe('stack traces', () => {
    const trace = 'Error: x\n    at a (a.js:1:1)\n\n    at b (b.js:2:2)';

    test('are one line of the output', async () => {
      const sidecar = await pass(`{"msg":"a"}\n${trace}\nother\n{"msg":"b"}\n`, {});
      expect(sidecar.messages).toEqual(['a', trace, 'other', 'b']);
      expect(sidecar.lines[1]?.log.lines).toBe(4);
      expect(sidecar.stats.lines).toMatchObject({ json: 2, raw: 2, joined: 3 });
    });

    test('wait for their next line, for a while', async () => {
      const sidecar = new Stepwise(log);
      log.write('Error: x\n');
      await sidecar.idle();
      sidecar.time = 999;
      log.write('  at a\n');
      await sidecar.idle();
      sidecar.time = 1998;
      await sidecar.idle();
      expect(sidecar.messages).toEqual([]);
      sidecar.time = 1999;
      await sidecar.idle();
      log.write('  at b\n');
      await sidecar.end();
      expect(sidecar.messages).toEqual(['Error: x\n  at a', '  at b']);
    });

    test('end with the file they are in', async () => {
      const sidecar = new Stepwise(log);
      log.write('Error: x\n  at a');
      log.rotate();
      log.write('  at b\n');
      await sidecar.end();
      expect(sidecar.messages).toEqual(['Error: x\n  at a', '  at b']);
    });

    test('that a kill interrupts are read again, from their first line', async () => {
      const sidecar = new Stepwise(log);
      log.write('{"msg":"a"}\nError: x\n');
      await sidecar.idle();
      sidecar.kill();
      log.write('  at a\n{"msg":"b"}\n');
      await sidecar.end();
      expect(sidecar.messages).toEqual(['a', 'Error: x\n  at a', 'b']);
    });

    test('have an end even if the app writes nothing else', async () => {
      const multiline = { continuation: /^\s/, maxLines: 3, maxBytes: 40, flushMs: 1000 };
      const sidecar = await pass(`x\n 1\n 2\n 3\ny\n ${'z'.repeat(50)}\n`, { multiline });
      expect(sidecar.messages).toEqual(['x\n 1\n 2', ' 3', 'y', ` ${'z'.repeat(50)}`]);
    });
  });

  describe('sampling', () => {
    test('keeps one in so many, or none, and counts the others', async () => {
      const sampling = { debug: 3, trace: 0 };
      const text =
        lines('"debug"', 7) + lines('"trace"', 2) + lines('"info"', 2) + lines('20', 2) + '{"msg":"none"}\n';
      const sidecar = await pass(text, { sampling });
      expect(sidecar.messages).toEqual(['0', '3', '6', '0', '1', 'none']);
      expect(sidecar.stats.lines).toMatchObject({ json: 6, sampled_out: 6, dropped: 2 });
    });

    test('goes on after lines that were left out', async () => {
      const sampling = { trace: 0 };
      const first = await pass(lines('"trace"', 5), { sampling });
      first.kill();
      log.write('{"msg":"a"}\n');
      await first.end();
      expect(first.messages).toEqual(['a']);
      const second = new Stepwise(log, { transform: { sampling } });
      await second.idle();
      expect([second.messages, second.stats.lines.dropped]).toEqual([[], 0]);
    });
  });
});
