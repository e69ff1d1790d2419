import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const preloaded = join(root, 'scripts/node-version.cjs');
const { engines, scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  engines: { node: string };
  scripts: Record<string, string>;
};
const [, major = 0, minor = 0, patch = 0] = (/(\d+)\.(\d+)\.(\d+)/.exec(engines.node) ?? []).map(Number);

/** As on a Node of this version. */
function onNode(version: string) {
  const folder = mkdtempSync(join(tmpdir(), 'shop-node-'));
  try {
    const disguise = join(folder, 'disguise.cjs');
    writeFileSync(
      disguise,
      `Object.defineProperty(process, 'version', { value: ${JSON.stringify(version)} })`,
    );
    const args = ['-r', disguise, '-r', preloaded, '-e', 'console.log("goes on")'];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    return { status, stdout, stderr };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('R11: an older Node', () => {
  test.each(
    ['v12.22.12', 'v20.11.1', 'v22.9.0', `v${major}.${minor}.${patch - 1}`, `v${major - 1}.99.0`].filter(
      (version) => !version.includes('-'),
    ),
  )('%s says in one line which is needed and which is there', (version) => {
    const { status, stdout, stderr } = onNode(version);
    expect(stderr).toBe(
      `Node ${major}.${minor}.${patch} or newer is needed, and ${process.execPath} is ${version}. ` +
        'Install it: https://nodejs.org/en/download\n',
    );
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  });

  test.each([`v${major}.${minor}.${patch}`, `v${major}.${minor + 1}.0`, `v${major + 1}.0.0-nightly`])(
    '%s goes on',
    (version) => {
      expect(onNode(version)).toEqual({ status: 0, stdout: 'goes on\n', stderr: '' });
    },
  );

  test('can read the file that says so', () => {
    const code = readFileSync(preloaded, 'utf8').replace(/^\s*\/\/.*$/gm, '');
    expect(code).not.toMatch(/=>|`|\b(const|let|class|async|import|export)\b|\?\.|\?\?/);
  });

  test('is checked before any TypeScript, in every script', () => {
    const runs = Object.values(scripts).flatMap((script) => script.match(/node [^&]*\.ts\b/g) ?? []);
    expect(runs.length).toBeGreaterThan(10);
    expect(runs.filter((run) => !run.startsWith('node -r ./scripts/node-version.cjs '))).toEqual([]);
  });
});

test('R9: no script needs a POSIX shell to be started', () => {
  const needsShell = /\b(exec|export|source)\b|\$\{?\w|\|\||;|^[A-Z_]+=/;
  expect(Object.entries(scripts).filter(([, script]) => needsShell.test(script))).toEqual([]);
});

test('R9: files have the same line ends on every system', () => {
  expect(readFileSync(join(root, '.gitattributes'), 'utf8')).toMatch(/^\* text=auto eol=lf$/m);
  const { stdout } = spawnSync('git', ['ls-files', '--eol'], { cwd: root, encoding: 'utf8' });
  expect(
    stdout.split('\n').filter((line) => /^i\/(crlf|mixed)/.test(line) && !line.includes('attr/-text')),
  ).toEqual([]);
});
