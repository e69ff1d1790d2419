import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ConfigError } from '@shop/config';
import { readSidecarConfig } from '../src/config.ts';

function problems(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
  }
  throw new Error('it was accepted');
}

describe('the configuration', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'log-sidecar-config-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const required = { LOG_FILE: '/var/log/app/app.log', ADMIN_PORT: '9091' };

  function read(yaml: string, environment: Record<string, string> = required) {
    const file = join(directory, 'sidecar.yaml');
    writeFileSync(file, yaml);
    return readSidecarConfig({ ...environment, CONFIG_FILE: file });
  }

  test('needs a log file and a port, and no more', () => {
    const config = readSidecarConfig({ ...required, POD_NAME: '' });
    expect(config).toMatchObject({
      checkpointFile: '/var/log/app/app.log.checkpoint',
      maxLineBytes: 1_048_576,
      transform: { origin: { pod: undefined }, redact: { paths: [], censor: '[redacted]' }, sampling: {} },
      sink: undefined,
    });
    expect(config.transform.multiline.continuation.test('    at a.js')).toBe(true);
  });

  test('is read from both places', () => {
    const yaml = `
      redact: { paths: [headers.authorization, '*.email'], censor: '#' }
      sampling: { debug: 100, trace: 0 }
      multiline: { continuation: '^\\s', flushMs: 200 }
      sink: { url: 'http://logs.example:8080/in', headers: { authorization: Bearer x } }
    `;
    const config = read(yaml, {
      ...required,
      POD_NAME: 'user-1',
      NODE_NAME: 'n',
      POD_NAMESPACE: 's',
      APP_NAME: 'user',
      APP_VERSION: '1',
    });
    expect(config.transform).toMatchObject({
      origin: { pod: 'user-1', node: 'n', namespace: 's', app: 'user', version: '1' },
      redact: { paths: ['headers.authorization', '*.email'], censor: '#' },
      sampling: { debug: 100, trace: 0 },
      multiline: { flushMs: 200, maxLines: 500, maxBytes: 1_048_576 },
    });
    expect(config.sink).toMatchObject({
      url: 'http://logs.example:8080/in',
      batchBytes: 262_144,
      bufferBytes: 4_194_304,
    });
  });

  test('names every problem of both places at once', () => {
    const yaml = `
      redact: { paths: ['a..b'] }
      sampling: { debug: -1 }
      multiline: { continuation: '(' }
      sink: { url: 'ftp://x' }
      typo: 1
    `;
    const message = problems(() => read(yaml, { ADMIN_PORT: 'x', MAX_LINE_BYTES: '1' }));
    for (const part of [
      'LOG_FILE: is required',
      'ADMIN_PORT: must be',
      'MAX_LINE_BYTES: must be',
      'redact.paths.0: must be',
      'sampling.debug',
      'multiline.continuation: must be a regular expression',
      'sink.url: must be',
      'typo',
    ])
      expect(message).toContain(part);
  });

  test.each([
    [
      'a file that is not there',
      () => readSidecarConfig({ ...required, CONFIG_FILE: '/nowhere/x.yaml' }),
      'cannot be read',
    ],
    ['what is not YAML', () => read('a: [', required), 'sidecar.yaml'],
  ])('refuses %s', (_what, attempt, part) => {
    expect(problems(attempt)).toContain(part);
  });

  test('takes an empty file for no settings', () => {
    expect(read('').sink).toBeUndefined();
    expect(read('# nothing yet\n').transform.sampling).toEqual({});
  });

  test.each(['(a+)+b', '(a|a)*b', '(?:a*)*', '((a+)b)+', '(?:x(a{2,}))+', '^(\\s+at)*'])(
    'S1: an expression that can take exponential time is refused: %s',
    (continuation) => {
      expect(problems(() => read(`multiline: { continuation: '${continuation}' }`))).toContain(
        'multiline.continuation: must not repeat',
      );
    },
  );

  test.each(['^\\s+at', '^(?:\\s|a|b)', '[(+*|]+', '^\\(a+\\)+', '^(ab)+', '^(?:a{1,3}b)*'])(
    'one that cannot is taken: %s',
    (continuation) => {
      const { transform } = read(`multiline: { continuation: '${continuation}' }`);
      expect(transform.multiline.continuation.source).toBe(continuation);
    },
  );
});
