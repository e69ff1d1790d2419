import { chmodSync, chownSync, openSync, closeSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually } from '@shop/testing/eventually';
import { LogDirectory } from '../support/log-directory.ts';
import { SidecarProcess } from '../support/process.ts';
import { Receiver, status } from '../support/receiver.ts';

const numbered = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => `line ${from + index}`);

async function readyz(admin: string): Promise<[number, Record<string, string>]> {
  const response = await fetch(`${admin}/readyz`);
  return [response.status, ((await response.json()) as { checks: Record<string, string> }).checks];
}

describe('the process', () => {
  let log: LogDirectory;
  beforeEach(() => {
    log = new LogDirectory();
  });
  afterEach(() => log.remove());

  test('passes lines on, says so in its metrics, and drains at SIGTERM', async () => {
    using sidecar = new SidecarProcess(log, { env: { POD_NAME: 'user-1', APP_NAME: 'user' } });
    const admin = await sidecar.untilFollowing();
    log.log(...numbered(1000));
    log.rotate();
    log.log(...numbered(1000, 1000));
    log.write('Error: x\n  at a\n');
    await sidecar.untilLines(2000);
    expect(JSON.parse(sidecar.lines[0] ?? '')).toMatchObject({ msg: 'line 0', pod: 'user-1', app: 'user' });
    expect((await readyz(admin))[0]).toBe(200);
    expect((await fetch(`${admin}/livez`)).status).toBe(200);
    const metrics = await (await fetch(`${admin}/metrics`)).text();
    for (const sample of [
      'log_sidecar_lines_total{result="json",app="log-sidecar"} 2000',
      'log_sidecar_lines_total{result="raw",app="log-sidecar"} 0',
      'log_sidecar_rotations_total{app="log-sidecar"} 1',
      'log_sidecar_lag_bytes{app="log-sidecar"} 0',
      'log_sidecar_checkpoint_age_seconds{app="log-sidecar"} 0',
      'log_sidecar_failures_total{what="checkpoint",app="log-sidecar"} 0',
    ])
      expect(metrics).toContain(sample);

    // The app has ended: its last line is passed on, though nothing follows it.
    log.log('last');
    expect(await sidecar.kill('SIGTERM')).toBe(0);
    expect(sidecar.messages.slice(2000)).toEqual(['Error: x\n  at a', 'last']);
    expect(sidecar.own.filter(({ level }) => level !== 'info')).toEqual([]);
  });

  test('L2: a line that is completed shortly after SIGTERM comes whole', async () => {
    using sidecar = new SidecarProcess(log, { env: { POLL_INTERVAL_MS: '10' } });
    await sidecar.untilFollowing();
    log.write('{"msg":"a"}\n{"msg":"un');
    await sidecar.untilLines(1);
    sidecar.child.kill('SIGTERM');
    await eventually('it is stopping', () => sidecar.own.some(({ msg }) => msg === 'draining'));
    log.write('finished"}\n');
    expect(await sidecar.exit).toBe(0);
    expect(sidecar.messages).toEqual(['a', 'unfinished']);
  });

  test('L2: a line that is not completed is left to the next process, which is said', async () => {
    using sidecar = new SidecarProcess(log);
    await sidecar.untilFollowing();
    log.write('{"msg":"a"}\n{"msg":"un');
    await sidecar.untilLines(1);
    expect(await sidecar.kill('SIGTERM')).toBe(0);
    expect(sidecar.messages).toEqual(['a']);
    expect(sidecar.own.filter(({ level }) => level !== 'info')).toEqual([
      expect.objectContaining({ level: 'warn', unfinishedBytes: 10 }),
    ]);
    log.write('finished"}\n');
    using next = new SidecarProcess(log);
    await next.untilLines(1);
    expect(await next.kill('SIGTERM')).toBe(0);
    expect(next.messages).toEqual(['unfinished']);
  });

  test('takes a backlog along at SIGTERM', async () => {
    using sidecar = new SidecarProcess(log, { paused: true });
    await sidecar.untilFollowing();
    log.log(...numbered(20_000));
    sidecar.child.kill('SIGTERM');
    sidecar.readOutput();
    expect(await sidecar.exit).toBe(0);
    expect(sidecar.messages).toEqual(numbered(20_000));
  });

  test('waits for a slow reader, answers its probes meanwhile, and ends in time if the reader does not come back', async () => {
    using sidecar = new SidecarProcess(log, { paused: true, env: { DRAIN_TIMEOUT_MS: '100' } });
    const admin = await sidecar.untilFollowing();
    log.log(...numbered(20_000));
    await eventually('it is blocked', async () => {
      const metrics = await (await fetch(`${admin}/metrics`)).text();
      return !metrics.includes('stdout_blocked_seconds{app="log-sidecar"} 0\n');
    });
    expect((await readyz(admin))[0]).toBe(200);
    sidecar.child.kill('SIGTERM');
    await eventually('it has ended', () => sidecar.child.exitCode !== null);
    expect(sidecar.child.exitCode).toBe(0);
    sidecar.readOutput();
    await sidecar.exit;
    expect(sidecar.own.map(({ msg }) => msg)).toContain('not everything could be passed on in time');
    // Whole lines only; the next process has the rest.
    const first = sidecar.messages;
    using next = new SidecarProcess(log);
    await eventually('the rest has come', () => next.messages.at(-1) === 'line 19999');
    const fresh = next.lines.filter((line) => !line.includes('"redelivered":true')).length;
    expect(next.lines.length - fresh).toBeLessThan(200);
    expect(new Set([...first, ...next.messages]).size).toBe(20_000);
  });

  test('ends when its output has no reader any more, and loses nothing', async () => {
    log.log('first');
    using sidecar = new SidecarProcess(log);
    await sidecar.untilLines(1);
    sidecar.child.stdout?.destroy();
    log.log(...numbered(10));
    expect(await sidecar.exit).toBe(1);
    expect(sidecar.own.at(-1)).toMatchObject({ level: 'fatal' });
    using next = new SidecarProcess(log);
    // The new process does not know how the output ended, so it begins with an empty line.
    await next.untilLines(11);
    expect(next.lines.shift()).toBe('');
    expect(next.messages).toEqual(numbered(10));
  });

  test('lines longer than a pipe holds come whole, at the pace of the reader', async () => {
    const lengths = [5000, 1_000_000, 3, 70_000, 2_000_000, 100];
    using sidecar = new SidecarProcess(log, { paused: true });
    const admin = await sidecar.untilFollowing();
    log.log(...lengths.map((length) => 'é'.repeat(length / 2)));
    await eventually('it is blocked', async () => {
      const metrics = await (await fetch(`${admin}/metrics`)).text();
      return !metrics.includes('stdout_blocked_seconds{app="log-sidecar"} 0\n');
    });
    sidecar.readOutput();
    await sidecar.untilLines(lengths.length);
    const found = sidecar.messages.map((msg) => Buffer.byteLength(String(msg)));
    // The line that is longer than allowed keeps a mebibyte of its JSON.
    expect(found.with(4, 2_000_000)).toEqual(lengths.map((length) => length & ~1));
    expect(found[4]).toBeGreaterThan(1_048_570);
    expect(found[4]).toBeLessThanOrEqual(1_048_576);
  });

  test('says once that its output is full', async () => {
    const full = openSync('/dev/full', 'w');
    using sidecar = new SidecarProcess(log, { spawn: { stdio: ['ignore', full, 'pipe'] } });
    closeSync(full);
    const admin = await sidecar.untilFollowing();
    log.log('a');
    await eventually('it says so', () => sidecar.own.some(({ code }) => code === 'ENOSPC'));
    expect(await readyz(admin)).toEqual([503, { input: 'ok', stdout: 'ENOSPC' }]);
    expect(sidecar.own.filter(({ code }) => code === 'ENOSPC')).toHaveLength(1);
  });

  test('goes on without a checkpoint when the disk is full', async () => {
    using sidecar = new SidecarProcess(log, { env: { CHECKPOINT_FILE: '/dev/full' } });
    const admin = await sidecar.untilFollowing();
    log.log(...numbered(100));
    await sidecar.untilLines(100);
    expect(await (await fetch(`${admin}/metrics`)).text()).toMatch(
      /failures_total\{what="checkpoint".*\} [1-9]/,
    );
    expect(await sidecar.kill('SIGTERM')).toBe(0);
    expect(sidecar.messages).toEqual(numbered(100));
  });

  test('goes on once it may read the directory', async () => {
    // Root may read everything, so it runs as another user then.
    const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    const checkpoint = new LogDirectory();
    if (user.uid !== undefined) chownSync(checkpoint.directory, user.uid, user.gid);
    chmodSync(log.directory, 0o000);
    using sidecar = new SidecarProcess(log, {
      spawn: user,
      env: { CHECKPOINT_FILE: checkpoint.checkpointPath },
    });
    const admin = await sidecar.untilFollowing();
    await eventually('it says so', () => sidecar.own.some(({ code }) => code === 'EACCES'));
    expect(await readyz(admin)).toEqual([503, { input: 'EACCES', stdout: 'ok' }]);
    log.log('a');
    chmodSync(log.directory, 0o755);
    await sidecar.untilLines(1);
    expect((await readyz(admin))[0]).toBe(200);
    expect(await sidecar.kill('SIGTERM')).toBe(0);
    expect(sidecar.own.filter(({ code }) => code === 'EACCES')).toHaveLength(1);
    checkpoint.remove();
  });

  test('a sink that is down does not hold up standard output', async () => {
    await using receiver = await new Receiver(status(503), status(503), status(200)).listen();
    const configFile = `${log.directory}/sidecar.yaml`;
    writeFileSync(
      configFile,
      `sink: { url: '${receiver.url}', flushMs: 5, retryMinMs: 5, batchBytes: 1024 }`,
    );
    using sidecar = new SidecarProcess(log, { env: { CONFIG_FILE: configFile } });
    log.log(...numbered(100));
    await sidecar.untilLines(100);
    expect(await sidecar.kill('SIGTERM')).toBe(0);
    expect(receiver.lines).toEqual(sidecar.lines);
  });

  test('a port that is taken is said in one line', async () => {
    await using receiver = await new Receiver(status(200)).listen();
    using sidecar = new SidecarProcess(log, { env: { ADMIN_PORT: new URL(receiver.url).port } });
    expect(await sidecar.exit).toBe(1);
    expect(sidecar.own).toEqual([expect.objectContaining({ level: 'fatal', code: 'EADDRINUSE' })]);
  });

  test('does not start with a wrong configuration', async () => {
    using sidecar = new SidecarProcess(log, { env: { ADMIN_PORT: 'x', MAX_LINE_BYTES: 'y' } });
    expect(await sidecar.exit).toBe(1);
    expect(sidecar.stderr).toMatch(/ADMIN_PORT: must be[\s\S]*MAX_LINE_BYTES: must be/);
    expect(() => readFileSync(log.checkpointPath)).toThrow('ENOENT');
  });
});
