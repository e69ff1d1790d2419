import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@shop/testing/eventually';
import { openApi } from '../cluster/cluster.ts';

/** As `kubectl proxy` does, it listens on the socket of its option, and says so. */
const proxy = `
  import http from 'node:http';
  const args = process.argv.slice(2);
  const socket = args.find((arg) => arg.startsWith('--unix-socket=')).split('=')[1];
  const server = http.createServer(({ url, headers }, response) => {
    if (url === '/never') return;
    if (url === '/half') return response.writeHead(200, { 'content-length': 10 }).write('half');
    if (url === '/refused') response.statusCode = 403;
    response.end(JSON.stringify({ args, socket, host: headers.host }));
  });
  server.listen(socket, () => console.log('Starting to serve on ' + socket));
`;
const failing = `console.error('error: context "kind-shop" does not exist'); process.exitCode = 1;`;

interface Seen {
  readonly args: readonly string[];
  readonly socket: string;
  readonly host: string;
}

describe('the API', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'fake-kubectl-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** @returns the path of a program that runs this code. */
  function program(name: string, code: string): string {
    const module = join(folder, `${name}.mjs`);
    writeFileSync(module, code);
    const path = join(folder, name);
    writeFileSync(path, `#!/bin/sh\nexec '${process.execPath}' '${module}' "$@"\n`, { mode: 0o700 });
    return path;
  }

  test('is reached by a socket in a folder that is closed to other users, and by no port', async () => {
    const api = await openApi(program('proxy', proxy));
    const { args, socket, host } = JSON.parse(await api.get('/api/v1/nodes')) as Seen;
    expect(args).toEqual(['--context', 'kind-shop', 'proxy', `--unix-socket=${socket}`]);
    expect(statSync(dirname(socket)).mode & 0o777).toBe(0o700);
    // The only ones that kubectl proxy responds to are localhost and loopback addresses.
    expect(host).toBe('localhost');
    await api[Symbol.asyncDispose]();
    expect(existsSync(dirname(socket))).toBe(false);
    await expect(api.get('/api/v1/nodes')).rejects.toThrow('ENOENT');
  });

  test('leaves no folder when its program is killed', async () => {
    const code = `
      const { openApi } = await import(${JSON.stringify(import.meta.resolve('../cluster/cluster.ts'))});
      const api = await openApi(${JSON.stringify(program('proxy', proxy))});
      console.log(JSON.parse(await api.get('/')).socket);
      setInterval(() => {}, 1e6);`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [socket] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    expect(existsSync(socket)).toBe(true);
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
    await eventually('it is gone', () => !existsSync(dirname(socket)));
  });

  test('that refuses, or does not respond in time, is an error that names the path', async () => {
    await using api = await openApi(program('proxy', proxy));
    await expect(api.get('/refused')).rejects.toThrow('the response to /refused is 403');
    await Promise.all(
      ['/never', '/half'].map((path) =>
        expect(api.get(path)).rejects.toThrow(`no response to ${path} within 2 s`),
      ),
    );
  });

  test('that kubectl cannot open is an error with what kubectl says', async () => {
    await expect(openApi(program('failing', failing))).rejects.toThrow(
      'kubectl proxy did not start: error: context "kind-shop" does not exist',
    );
  });
});
