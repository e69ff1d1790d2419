import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { eventually } from '@shop/testing/eventually';
import { choosePorts } from '../ports.ts';

// Starting programs takes a while on a busy machine.
jest.setTimeout(30_000);
const supervise = fileURLToPath(new URL('fixtures/supervise.ts', import.meta.url));

const answers = async (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/`).then(
    () => true,
    () => false,
  );

describe('a supervisor that goes', () => {
  const running: ChildProcess[] = [];
  afterEach(() => running.splice(0).forEach((child) => child.kill('SIGKILL')));

  async function start(ports: readonly number[]) {
    const child = spawn(process.execPath, [supervise, ...ports.map(String)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    running.push(child);
    const records: { msg: string; app?: string }[] = [];
    const reader = createInterface({ input: child.stdout });
    reader.on('line', (line) => records.push(JSON.parse(line) as { msg: string }));
    await eventually('all are ready', () => records.some(({ msg }) => msg === 'all ready'));
    return { child, records };
  }

  test('by SIGKILL takes its programs with it', async () => {
    const { a, b } = await choosePorts({ a: 0, b: 0 });
    const { child } = await start([a, b]);
    expect([await answers(a), await answers(b)]).toEqual([true, true]);
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
    await eventually('the ports are free again', async () => !(await answers(a)) && !(await answers(b)), {
      withinMs: 5_000,
    });
  });

  test('Ctrl-C in the terminal reaches the supervisor alone', async () => {
    const { a } = await choosePorts({ a: 0 });
    const { child, records } = await start([a]);
    const program = records.find(({ msg }) => msg === 'listening') as unknown as { pid: number };
    const { stdout } = await groupOf(program.pid);
    expect(stdout).toBe(String(program.pid));
    expect(stdout).not.toBe((await groupOf(child.pid as number)).stdout);
  });
});

/** The process group to which a terminal would send its signals. */
async function groupOf(pid: number): Promise<{ stdout: string }> {
  const ps = spawn('ps', ['-o', 'pgid=', '-p', String(pid)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let stdout = '';
  ps.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  await once(ps, 'close');
  return { stdout: stdout.trim() };
}
