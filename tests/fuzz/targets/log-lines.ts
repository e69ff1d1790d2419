/**
 * A log file through the sidecar's whole pipeline: every line of the output is JSON, in the order of the file; secrets
 * under the names that are redacted are not in it; and it is the same with a buffer of another size.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { LogDirectory } from '../../../apps/log-sidecar/test/support/log-directory.ts';
import { Stepwise } from '../../../apps/log-sidecar/test/support/stepwise.ts';
import { hashOf, Random } from '../engine/random.ts';
import { expectSame, Finding, type Target } from '../engine/target.ts';

const canary = 'qzsecretqz';
const maxLineBytes = 2048;
const transform = {
  origin: { pod: 'p', app: 'fuzz' },
  redact: { paths: ['**.password', '**.authorization', 'headers.cookie'], censor: '#' },
};

async function pass(log: LogDirectory, input: Buffer, chunkBytes: number): Promise<string> {
  rmSync(log.path, { force: true });
  rmSync(log.checkpointPath, { force: true });
  writeFileSync(log.path, input);
  const sidecar = new Stepwise(log, { transform, chunkBytes, maxLineBytes });
  await sidecar.idle();
  sidecar.time += 2000;
  await sidecar.idle();
  sidecar.kill();
  return sidecar.text;
}

const withoutFile = (output: string): string => output.replace(/"file":"[0-9a-f]*"/g, '"file":""');

async function run(log: LogDirectory, input: Buffer): Promise<void> {
  const random = new Random(hashOf(input));
  const [text, other] = [
    await pass(log, input, 64 * 1024),
    await pass(log, input, random.pick([16, 64, 257, 4096])),
  ];
  expectSame(
    'splitting',
    'the output depends on the size of the buffer',
    withoutFile(text),
    withoutFile(other),
  );
  if (text !== '' && !text.endsWith('\n'))
    throw new Finding('line-end', 'the output does not end with a line end');
  let before = -1;
  for (const line of text.split('\n').slice(0, -1)) {
    let record: { log?: { offset?: unknown; file?: unknown } };
    try {
      record = JSON.parse(line) as typeof record;
    } catch {
      throw new Finding('json', `a line of the output is not JSON: ${JSON.stringify(line.slice(0, 300))}`);
    }
    const offset = record.log?.offset;
    if (typeof offset !== 'number' || offset <= before)
      throw new Finding('position', `a line at ${String(offset)}, after one at ${before}`);
    before = offset;
  }
  // Half a line is left in the file until its end comes.
  const complete = input.subarray(0, input.lastIndexOf(0x0a) + 1);
  if (complete.subarray(0, 12).includes('canary') && text.includes(canary))
    throw new Finding('secret', `a secret is in the output: ${JSON.stringify(text.slice(0, 500))}`);
}

const levels = ['info', 'error', 30];
const fields = ['msg', 'a', 'pod', 'log', 'original', 'headers', 'é', 'x"y', ''];
const texts = ['x', '', '녹차', '\u0000', '"', '\\', '\n', '😀', 'password', 'GET /'];

function value(random: Random, depth: number, hidden: boolean): unknown {
  if (depth === 0 || random.once(3))
    return hidden ? canary : random.pick([...texts, 1, -0.5, null, true, []]);
  if (random.once(4)) return Array.from({ length: random.below(3) }, () => value(random, depth - 1, hidden));
  const object: Record<string, unknown> = {};
  for (let count = random.below(4); count > 0; count -= 1)
    object[random.pick(fields)] = value(random, depth - 1, hidden);
  if (random.once(2))
    object[random.pick(['password', 'Authorization', 'PASSWORD'])] = value(random, depth - 1, true);
  return object;
}

const rawSecrets: readonly ((random: Random) => string)[] = [
  () => `password: ${canary}`,
  () => `login failed, authorization=Bearer ${canary}`,
  () => `{"a":1,"password":"${canary}`,
  () => JSON.stringify(JSON.stringify({ password: canary })),
  () => `{"msg":"x","password":"${canary}" trailing`,
];

export const logLines: Target = {
  name: 'log-lines',
  maxBytes: 16 * 1024,
  tokens: [
    '{',
    '}',
    '"',
    '\\',
    '\n',
    '\r\n',
    '\n\n',
    '\0',
    '\0'.repeat(100),
    ' ',
    ',',
    ':',
    '[',
    '"password":"',
    'password=',
    '"log":{',
    '"pod":"p"',
    '    at f (a.js:1:1)\n',
    'Caused by: x\n',
    '\\u00e9',
    '\uFEFF',
    '😀',
    Buffer.of(0xff),
    Buffer.of(0xc3),
  ],
  generate(random) {
    const lines = Array.from({ length: random.between(1, 12) }, () => {
      if (random.once(5))
        return random.pick([
          'Error: x\n    at f (a.js:1:1)\n\n    at g',
          'plain',
          '',
          '[1]',
          '{"a":1',
          '{"msg":"a\u0001"}',
        ]);
      if (random.once(5)) return random.pick(rawSecrets)(random);
      return JSON.stringify({
        level: random.pick(levels),
        msg: random.pick(texts),
        ...(value(random, 4, false) as object),
      });
    });
    return Buffer.from(`canary\n${lines.join('\n')}\n${random.once(4) ? '{"half' : ''}`);
  },
  async open() {
    const log = new LogDirectory();
    return {
      run: (input) => run(log, input),
      [Symbol.asyncDispose]: async () => log.remove(),
    };
  },
};
