import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { askSupervisor, NotRunningError, RefusedError } from '../control-client.ts';
import { controlSocket, type LaptopStatus } from '../control-protocol.ts';
import {
  AlreadyRunningError,
  startControlServer,
  type ControlServer,
  type Handler,
} from '../control-server.ts';

describe('the control socket', () => {
  let dataDir: string;
  const servers: ControlServer[] = [];
  let status: LaptopStatus;

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'shop-control-'));
    status = { url: 'http://localhost:1234', dataDir, ready: true, programs: [] };
  });
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
    rmSync(dataDir, { recursive: true });
  });

  const answering =
    (...lines: string[]): Handler =>
    () =>
      Promise.resolve({ ok: true, lines, status });
  async function serve(handle: Handler) {
    const server = await startControlServer(dataDir, handle);
    servers.push(server);
    return server;
  }

  test('carries a request and its reply', async () => {
    const requests: unknown[] = [];
    const server = await serve((request) => {
      requests.push(request);
      return answering('done')(request);
    });
    expect(server.predecessorWasKilled).toBe(false);
    const reply = await askSupervisor(dataDir, { command: 'scale', program: 'user', replicas: 0 });
    expect(reply).toEqual({ ok: true, lines: ['done'], status });
    expect(requests).toEqual([{ command: 'scale', program: 'user', replicas: 0 }]);
  });

  test('carries a refusal with its reason', async () => {
    await serve(() => Promise.reject(new Error('There is no program "x".')));
    const reply = askSupervisor(dataDir, { command: 'kill', program: 'x' });
    await expect(reply).rejects.toThrow(RefusedError);
    await expect(reply).rejects.toThrow('There is no program "x".');
  });

  test('says where nothing runs, and how to start', async () => {
    const reply = askSupervisor(dataDir, { command: 'status' });
    await expect(reply).rejects.toThrow(NotRunningError);
    await expect(reply).rejects.toThrow(`No shop is running with the data in ${dataDir}`);
  });

  test('is for its owner alone', async () => {
    await serve(answering());
    expect(statSync(controlSocket(dataDir)).mode & 0o022).toBe(0);
  });

  test('outlives what is no request', async () => {
    await serve(answering('done'));
    const socket = connect(controlSocket(dataDir));
    socket.end('GET / HTTP/1.1\r\n\r\n');
    expect(await text(socket)).toBe('');
    expect((await askSupervisor(dataDir, { command: 'status' })).lines).toEqual(['done']);
  });

  test('keeps a second supervisor away, which says where the first one is', async () => {
    await serve(answering());
    const second = startControlServer(dataDir, answering());
    await expect(second).rejects.toThrow(AlreadyRunningError);
    await expect(second).rejects.toThrow('The shop is running already, at http://localhost:1234');
    expect((await askSupervisor(dataDir, { command: 'status' })).status).toEqual(status);
  });

  test('takes over from a supervisor that was killed', async () => {
    const program = `require('node:net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`;
    spawnSync(process.execPath, ['-e', program, controlSocket(dataDir)]);
    expect(statSync(controlSocket(dataDir)).isSocket()).toBe(true);
    const server = await serve(answering('second'));
    expect(server.predecessorWasKilled).toBe(true);
    expect((await askSupervisor(dataDir, { command: 'status' })).lines).toEqual(['second']);
  });

  test('is found where the data directory is too deep for a socket', async () => {
    dataDir = join(dataDir, 'a'.repeat(120));
    expect(controlSocket(dataDir).length).toBeLessThan(104);
    await serve(answering('deep'));
    expect((await askSupervisor(dataDir, { command: 'status' })).lines).toEqual(['deep']);
    dataDir = join(dataDir, '..');
  });
});

describe('npm run shop', () => {
  const script = fileURLToPath(new URL('../control.ts', import.meta.url));
  const run = (...args: string[]) => spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });

  test.each([
    [[]],
    [['scale', 'user']],
    [['scale', 'user', '-1']],
    [['kill']],
    [['explode', 'user']],
    [['--prot']],
  ])('%j shows how it is used, exit code 2', (args) => {
    const { status, stderr, stdout } = run(...args);
    expect(stderr).toContain('npm run shop -- scale PROGRAM 0|1');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });

  test('without a shop it says so, exit code 1', () => {
    const { status, stderr } = run('status', '--data-dir', '/nowhere/at/all');
    expect(stderr).toMatch(/^No shop is running with the data in \/nowhere\/at\/all .*npm start\n$/);
    expect(status).toBe(1);
  });
});
