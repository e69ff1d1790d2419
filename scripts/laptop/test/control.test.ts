import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { askSupervisor, NoAnswerError, NotRunningError, RefusedError } from '../control-client.ts';
import { controlSocket, type LaptopStatus } from '../control-protocol.ts';
import {
  AlreadyRunningError,
  startControlServer,
  type ControlServer,
  type Handler,
} from '../control-server.ts';

const untilClosed = (socket: Socket): Promise<void> =>
  new Promise((resolve) => void socket.once('close', () => resolve()));

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
  async function serve(handle: Handler, folder = dataDir) {
    const server = await startControlServer(folder, handle);
    servers.push(server);
    return server;
  }

  const connected = async () => {
    const socket = connect(controlSocket(dataDir));
    await once(socket, 'connect');
    return socket.on('error', () => undefined);
  };

  test('carries a request and its response', async () => {
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

  test('survives what is not a request', async () => {
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
    const deep = join(dataDir, 'a'.repeat(120));
    mkdirSync(deep);
    await serve(answering('deep'), deep);
    expect((await askSupervisor(deep, { command: 'status' })).lines).toEqual(['deep']);
  });

  describe('P1: closes while clients are connected', () => {
    test.each([
      ['says nothing', ''],
      ['has said half of its line', '{"command":'],
    ])('a client that %s', async (_case, said) => {
      const server = await serve(answering());
      const socket = await connected();
      socket.write(said);
      const closed = untilClosed(socket);
      await server.close();
      await expect(closed).resolves.toBeUndefined();
    });

    test('a client whose request is being carried out', async () => {
      const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
      const server = await serve(() => {
        begin();
        return new Promise(() => undefined);
      });
      const reply = askSupervisor(dataDir, { command: 'status' });
      await begun;
      await Promise.all([server.close(), expect(reply).rejects.toThrow('has just stopped')]);
    });

    test('a client that does not read a long response', async () => {
      const server = await serve(answering('x'.repeat(16 << 20)));
      const socket = await connected();
      socket.pause();
      const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
      socket.once('readable', () => begin());
      socket.end('{"command":"status"}\n');
      await begun;
      await expect(server.close()).resolves.toBeUndefined();
      socket.destroy();
    });

    test('an unfinished response still arrives', async () => {
      const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
      const { promise: made, resolve: make } = Promise.withResolvers<void>();
      const server = await serve(async (request) => {
        begin();
        await made;
        return answering('x'.repeat(1 << 20))(request);
      });
      const reply = askSupervisor(dataDir, { command: 'status' });
      await begun;
      const closed = server.close();
      make();
      const { lines } = await reply;
      expect(lines[0]).toHaveLength(1 << 20);
      await closed;
    });
  });

  test('P1: a request that never ends is given up', async () => {
    await serve(answering());
    const socket = connect(controlSocket(dataDir)).on('error', () => undefined);
    socket.write('x'.repeat(1 << 20));
    await expect(untilClosed(socket)).resolves.toBeUndefined();
  });

  test('P1: a supervisor that does not answer is not waited for without end', async () => {
    await serve(() => new Promise(() => undefined));
    const reply = askSupervisor(dataDir, { command: 'status' }, 50);
    await expect(reply).rejects.toThrow(NoAnswerError);
    await expect(reply).rejects.toThrow(/does not answer within 0.05 s/);
  });

  describe('P2: one supervisor for one directory', () => {
    let deep: string;
    let link: string;
    beforeEach(() => {
      deep = join(dataDir, 'a'.repeat(120));
      link = join(dataDir, 'link');
      mkdirSync(deep);
      symlinkSync(deep, link);
    });
    const ways: [string, () => [string, string]][] = [
      ['by its long path and by a link', () => [deep, link]],
      ['by a link and by its long path', () => [link, deep]],
      ['by a link with a slash behind it', () => [deep, `${link}/`]],
      [
        'by a path through another directory',
        () => [deep, join(dataDir, '.', 'link', '..', 'a'.repeat(120))],
      ],
    ];

    test.each(ways)('%s', async (_case, paths) => {
      const [first, second] = paths();
      await serve(answering('first'), first);
      await expect(startControlServer(second, answering())).rejects.toThrow(AlreadyRunningError);
      expect((await askSupervisor(second, { command: 'status' })).lines).toEqual(['first']);
    });

    test('with another directory for temporary files', async () => {
      await serve(answering('first'), deep);
      const before = process.env['TMPDIR'];
      process.env['TMPDIR'] = dataDir;
      try {
        await expect(startControlServer(deep, answering())).rejects.toThrow(AlreadyRunningError);
        expect((await askSupervisor(deep, { command: 'status' })).lines).toEqual(['first']);
      } finally {
        if (before === undefined) delete process.env['TMPDIR'];
        else process.env['TMPDIR'] = before;
      }
    });

    test('of several that start at once, after one that was killed', async () => {
      const program = `require('node:net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`;
      spawnSync(process.execPath, ['-e', program, controlSocket(dataDir)]);
      const all = await Promise.allSettled(Array.from({ length: 8 }, () => serve(answering('one'))));
      expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });

    test('though the first one does not answer', async () => {
      await serve(() => new Promise(() => undefined));
      const second = startControlServer(dataDir, answering(), 50);
      await expect(second).rejects.toThrow(AlreadyRunningError);
      await expect(second).rejects.toThrow(/does not answer/);
    });

    test('and leaves nothing in the way of the next one', async () => {
      const first = await serve(answering('first'), deep);
      await first.close();
      const second = await serve(answering('second'), link);
      expect(second.predecessorWasKilled).toBe(false);
      expect(readdirSync(tmpdir()).filter((name) => name.startsWith('shop-socket-'))).toEqual([]);
    });
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
