import { describe, expect, test } from '@jest/globals';
import {
  contextFromHeaders,
  createLogger,
  headersFor,
  parseTraceparent,
  runInContext,
  type Logger,
} from '../src/index.ts';

function sink(): { logger: Logger; lines: () => Record<string, unknown>[] } {
  const written: string[] = [];
  const logger = createLogger({
    app: 'test',
    level: 'info',
    destination: { write: (line) => void written.push(line) },
  });
  return { logger, lines: () => written.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

describe('log lines', () => {
  test('are objects with level, time, app and message', () => {
    const { logger, lines } = sink();
    logger.info({ port: 1 }, 'listening');
    expect(lines()).toEqual([
      { level: 'info', time: expect.stringMatching(/^\d{4}-.*Z$/), app: 'test', port: 1, msg: 'listening' },
    ]);
  });

  test('carry the context of the request they belong to, and no other', async () => {
    const { logger, lines } = sink();
    const serve = (id: string) =>
      runInContext(contextFromHeaders({ 'x-request-id': id, traceparent }), async () => {
        await Promise.resolve();
        logger.info('served');
      });
    await Promise.all([serve('a'), serve('b')]);
    logger.info('outside');
    const [a, b, outside] = lines();
    expect([a?.['requestId'], b?.['requestId']]).toEqual(['a', 'b']);
    expect(a?.['traceId']).toBe('4bf92f3577b34da6a3ce929d0e0e4736');
    expect(a?.['spanId']).not.toBe(b?.['spanId']);
    expect(outside).not.toHaveProperty('requestId');
  });

  test('hold neither credentials nor e-mail addresses', () => {
    const { logger, lines } = sink();
    logger.info({ headers: { authorization: 'Bearer abc' }, password: 'pw', email: 'ann@example.com' }, 'x');
    logger.error(
      new Error('E11000 dup key: { email: "Bob.B+1@shop.example.com" } mongodb://u:secret@db.example.com/x'),
    );
    const text = JSON.stringify(lines());
    for (const secret of ['abc', '"pw"', 'ann@', 'Bob.B', 'secret']) expect(text).not.toContain(secret);
    expect(text).toContain('[email]');
  });
});

const shown = (fields: object): Record<string, unknown> => {
  const { logger, lines } = sink();
  logger.info(fields, 'x');
  const { level: _level, time: _time, app: _app, msg: _msg, ...rest } = lines()[0] ?? {};
  return rest;
};

describe('credentials', () => {
  const censored = '[redacted]';

  test.each(['authorization', 'cookie', 'password', 'token'])('are redacted by the key %s', (key) => {
    expect(shown({ [key]: 'abc', a: { [key]: ['abc'], b: 1 } })).toEqual({
      [key]: censored,
      a: { [key]: censored, b: 1 },
    });
  });

  test('are redacted in an error and in what it is logged with', () => {
    const error = Object.assign(new TypeError('refused'), { token: 'abc', code: 'E1' });
    const { err, other } = shown({ err: error, other: error }) as Record<string, object>;
    expect(err).toEqual(
      expect.objectContaining({ type: 'TypeError', message: 'refused', code: 'E1', token: censored }),
    );
    expect(other).toEqual({ token: censored, code: 'E1' });
    expect(error.token).toBe('abc');
  });

  test('are redacted in the fields of a child logger', () => {
    const { logger, lines } = sink();
    logger.child({ token: 'abc', headers: { cookie: 'abc' } }).info('x');
    expect(lines()[0]).toMatchObject({ token: censored, headers: { cookie: censored } });
  });

  test('values that are not objects stay as they are', () => {
    const fields = { a: null, b: [1, 'two'], c: 3, d: 'text', err: 'text' };
    expect(shown(fields)).toEqual(fields);
  });
});

describe('the request context', () => {
  test('continues a trace with its own span', () => {
    const headers = headersFor(contextFromHeaders({ traceparent, tracestate: 'a=b', 'x-request-id': 'r1' }));
    expect(headers).toMatchObject({ 'x-request-id': 'r1', tracestate: 'a=b' });
    expect(headers['traceparent']).toMatch(/^00-4bf92f3577b34da6a3ce929d0e0e4736-[0-9a-f]{16}-01$/);
    expect(headers['traceparent']).not.toContain('00f067aa0ba902b7');
  });

  test.each(['', 'a b', 'x'.repeat(129), 'a\nb', '<script>'])('replaces the request id %j', (id) => {
    expect(contextFromHeaders({ 'x-request-id': id }).requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  test.each([
    ['nothing', undefined],
    ['another form', '00-abc-def-01'],
    ['an all-zero trace', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`],
    ['an all-zero span', `00-4bf92f3577b34da6a3ce929d0e0e4736-${'0'.repeat(16)}-01`],
    ['version ff', traceparent.replace(/^00/, 'ff')],
    ['more fields in version 00', `${traceparent}-x`],
    ['upper case', traceparent.toUpperCase()],
  ])('ignores a traceparent that is %s', (_what, header) => {
    expect(parseTraceparent(header)).toBeUndefined();
  });

  test('reads a later version with more fields', () => {
    expect(parseTraceparent(`01${traceparent.slice(2)}-more`)?.traceId).toBe(
      '4bf92f3577b34da6a3ce929d0e0e4736',
    );
  });
});
