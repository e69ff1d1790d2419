import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, test } from '@jest/globals';

const program = new URL('fixtures/slow-server.ts', import.meta.url).pathname;

describe('shutdown', () => {
  const running: ReturnType<typeof spawn>[] = [];
  afterEach(() => running.splice(0).forEach((child) => child.kill('SIGKILL')));

  async function start(): Promise<{ child: ReturnType<typeof spawn>; url: string; lines: () => string[] }> {
    const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
    running.push(child);
    const lines: string[] = [];
    const reader = createInterface({ input: child.stdout });
    const url = await new Promise<string>((resolve) => {
      reader.on('line', (line) => {
        lines.push(line);
        const port = /^port (\d+)$/.exec(line)?.[1];
        if (port) resolve(`http://127.0.0.1:${port}`);
      });
    });
    return { child, url, lines: () => lines };
  }

  test('an unfinished request completes, later ones are served until the close, and the exit code is 0', async () => {
    const { child, url, lines } = await start();
    const slow = fetch(`${url}/until-drained`);
    const answered = await fetch(`${url}/waiting`);
    expect(await answered.text()).toBe('1 waiting');
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    // The slow response waits for the drain to begin, and the drain lasts long enough for another request.
    expect(await (await slow).text()).toBe('drained');
    const [code] = (await exit) as [number];
    expect(code).toBe(0);
    expect(lines().join('\n')).toMatch(/draining[\s\S]*closing[\s\S]*stopped/);
  });

  test('a second SIGINT ends it at once', async () => {
    const { child, url } = await start();
    const hanging = fetch(`${url}/never`).then(
      () => 'answered',
      () => 'cut off',
    );
    await fetch(`${url}/waiting`);
    const exit = once(child, 'exit');
    child.kill('SIGINT');
    await fetch(`${url}/until-drained`);
    child.kill('SIGINT');
    const [code] = (await exit) as [number];
    expect(code).toBe(1);
    expect(await hanging).toBe('cut off');
  });
});
