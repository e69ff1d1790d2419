import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { readConfigFile } from '../src/file.ts';
import { ConfigError, readEnvironment, settings } from '../src/index.ts';

const schema = z.object({
  port: settings.port(),
  drainDelayMs: settings.milliseconds().default(5000),
  databaseUrl: z.url('must be a URL'),
});

function problemsOf(read: () => unknown): readonly string[] {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  throw new Error('no ConfigError was thrown');
}

const folder = mkdtempSync(join(tmpdir(), 'config-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(text: string): string {
  const path = join(folder, 'routes.yaml');
  writeFileSync(path, text);
  return path;
}

describe('readEnvironment', () => {
  test('reads camel-case keys from upper-case variables and applies defaults', () => {
    expect(readEnvironment(schema, { PORT: '3000', DATABASE_URL: 'sqlite:/data/user.db' })).toEqual({
      port: 3000,
      drainDelayMs: 5000,
      databaseUrl: 'sqlite:/data/user.db',
    });
  });

  test('names every problem at once and quotes no value', () => {
    const problems = problemsOf(() =>
      readEnvironment(schema, { PORT: '70000', DRAIN_DELAY_MS: 'soon', DATABASE_URL: 'pa55word' }),
    );
    expect(problems).toEqual([
      'PORT: must be a port number from 0 to 65535',
      'DRAIN_DELAY_MS: must be a number of milliseconds from 0 to 3600000',
      'DATABASE_URL: must be a URL',
    ]);
  });

  test('an empty variable counts as not set', () => {
    expect(problemsOf(() => readEnvironment(schema, { PORT: '', DATABASE_URL: 'sqlite:x' }))).toEqual([
      'PORT: is required and not set',
    ]);
    expect(
      readEnvironment(schema, { PORT: '1', DRAIN_DELAY_MS: '', DATABASE_URL: 'sqlite:x' }).drainDelayMs,
    ).toBe(5000);
  });
});

describe('readConfigFile', () => {
  const shape = z.strictObject({
    routes: z.array(z.strictObject({ prefix: z.string().startsWith('/') })).min(1),
  });

  test('reads YAML', () => {
    expect(readConfigFile(shape, file('routes:\n  - prefix: /user\n'))).toEqual({
      routes: [{ prefix: '/user' }],
    });
  });

  test('names the place of each problem', () => {
    const problems = problemsOf(() =>
      readConfigFile(shape, file('routes:\n  - prefix: user\n  - prefx: /x\n')),
    );
    expect(problems).toHaveLength(3);
    expect(problems[0]).toMatch(/^routes\.0\.prefix: /);
    expect(problems.join('\n')).toContain('prefx');
  });

  test('says where YAML is malformed, and when the file is missing', () => {
    expect(problemsOf(() => readConfigFile(shape, file('routes:\n - a: [')))[0]).toMatch(/line 2/);
    expect(problemsOf(() => readConfigFile(shape, '/nowhere/routes.yaml'))).toEqual([
      'cannot be read (ENOENT)',
    ]);
  });
});

describe('S9: a number in a setting', () => {
  const numbers = z.object({
    port: settings.port(),
    count: settings.count(16),
    bytes: settings.bytes(1024, 2048),
  });
  const problems = {
    port: 'must be a port number from 0 to 65535',
    count: 'must be a whole number from 1 to 16',
    bytes: 'must be a number of bytes from 1024 to 2048',
  };

  test.each(['0x10', '0b1', '0o7', '1e1', ' 10', '10 ', '10\n', '+10', '-0', '1.0', '1_0', '１０', 'true'])(
    'is not %j in the environment',
    (text) => {
      const environment = { PORT: text, COUNT: text, BYTES: text };
      expect(problemsOf(() => readEnvironment(numbers, environment))).toEqual([
        `PORT: ${problems.port}`,
        `COUNT: ${problems.count}`,
        `BYTES: ${problems.bytes}`,
      ]);
    },
  );

  test.each(['true', 'null', '[]', '[10]', '{}', '""', '" 10"', '1.5', '-1', '.inf', '.nan'])(
    'is not %s in a file',
    (yaml) => {
      const text = `port: ${yaml}\ncount: ${yaml}\nbytes: ${yaml}\n`;
      expect(problemsOf(() => readConfigFile(numbers, file(text)))).toEqual([
        `port: ${problems.port}`,
        `count: ${problems.count}`,
        `bytes: ${problems.bytes}`,
      ]);
    },
  );

  test('is decimal digits, or a number of YAML', () => {
    const read = { port: 80, count: 16, bytes: 2048 };
    expect(readEnvironment(numbers, { PORT: '80', COUNT: '16', BYTES: '2048' })).toEqual(read);
    expect(readConfigFile(numbers, file('port: 80\ncount: "16"\nbytes: 2048\n'))).toEqual(read);
  });
});
