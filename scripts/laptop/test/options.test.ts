import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { UsageError } from '../../support/command-line.ts';
import { readOptions } from '../options.ts';

const thisFile = fileURLToPath(import.meta.url);

const board = { port: 8090, required: false };

describe('options of npm start', () => {
  test.each([
    [[], {}, { port: 8080, dataDir: resolve('.shop'), board }],
    [[], { SHOP_PORT: '9000', SHOP_DATA_DIR: '/tmp/s' }, { port: 9000, dataDir: '/tmp/s', board }],
    [['--port', '0', '--data-dir', 'x'], { SHOP_PORT: '9000' }, { port: 0, dataDir: resolve('x'), board }],
    [[], { SHOP_PORT: '' }, { port: 8080, dataDir: resolve('.shop'), board }],
    [
      [],
      { SHOP_TOKEN_FILE: thisFile },
      { port: 8080, dataDir: resolve('.shop'), tokenFile: thisFile, board },
    ],
    [['--token-file', thisFile], {}, { port: 8080, dataDir: resolve('.shop'), tokenFile: thisFile, board }],
    [['--port', '8090'], {}, { port: 8090, dataDir: resolve('.shop'), board: { port: 0, required: false } }],
    [['--no-board'], {}, { port: 8080, dataDir: resolve('.shop') }],
    [['--watch', '--no-board'], {}, { port: 8080, dataDir: resolve('.shop'), watch: true }],
    [
      ['--board-port', '9090'],
      {},
      { port: 8080, dataDir: resolve('.shop'), board: { port: 9090, required: true } },
    ],
    [['--help'], {}, 'help'],
  ])('%j with %j', (args, env, expected) => {
    expect(readOptions(args, env)).toEqual(expected);
  });

  test.each([
    [['--port', 'abc'], {}, '--port must be a port number from 0 to 65535, not "abc".'],
    [['--port', '70000'], {}, '--port must be a port number'],
    [['--port=-1'], {}, '--port must be a port number'],
    [['--port', '9090', '--board-port', '9090'], {}, "--board-port must be another port than the shop's own"],
    [['--board-port', 'x'], {}, '--board-port must be a port number'],
    [[], { SHOP_PORT: '80a' }, 'SHOP_PORT must be a port number'],
    [['--prot', '1'], {}, "Unknown option '--prot'"],
    [['9000'], {}, 'Unexpected argument'],
    [
      ['--token-file', 'none'],
      {},
      `The token file ${resolve('none')} is not there, empty or not readable. Make one: openssl`,
    ],
    [['--token-file', '.'], {}, `The token file ${resolve('.')} is not there, empty or not readable.`],
  ])('%j with %j is refused', (args, env, message) => {
    const read = () => readOptions(args, env);
    expect(read).toThrow(UsageError);
    expect(read).toThrow(message);
  });
});
