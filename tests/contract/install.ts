import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { SetUpError } from '../../scripts/support/command-line.ts';
import { CommandError, run } from '../../scripts/support/run.ts';

const requirements = fileURLToPath(new URL('requirements.txt', import.meta.url));
const cache = fileURLToPath(new URL('../../.shop/', import.meta.url));
const oldestPython = [3, 11] as const;

/**
 * Installs schemathesis and its dependencies, by version and hash, into a separate virtual environment, unless they are
 * there already.
 * @param say is called before something takes a while.
 * @returns the path of the environment's Python.
 * @throws {SetUpError}
 */
export async function installSchemathesis(say: (text: string) => void): Promise<string> {
  const lock = readFileSync(requirements);
  const folder = `${cache}schemathesis-${createHash('sha256').update(lock).digest('hex').slice(0, 12)}`;
  const [bin, suffix] = process.platform === 'win32' ? ['Scripts', '.exe'] : ['bin', ''];
  const installed = `${folder}/${bin}/python${suffix}`;
  const done = `${folder}/installed`;
  if (existsSync(done)) return installed;

  const python = await findPython();
  say(`Installing schemathesis into ${folder} …`);
  await rm(folder, { recursive: true, force: true });
  await orMissing(
    'a virtual environment cannot be made: install python3-venv (Debian, Ubuntu: apt-get install python3-venv)',
    () => run(python, ['-m', 'venv', folder]),
  );
  await orMissing('schemathesis cannot be installed from PyPI', () =>
    run(installed, [
      ...'-m pip install --quiet --disable-pip-version-check'.split(' '),
      ...'--require-hashes --only-binary :all: --requirement'.split(' '),
      requirements,
    ]),
  );
  await run(installed, ['-c', `open(${JSON.stringify(`${done}.part`)}, 'w').close()`]);
  await rename(`${done}.part`, done);
  return installed;
}

async function findPython(): Promise<string> {
  const python = process.env['PYTHON'] || 'python3';
  const advice = `install Python ${oldestPython.join('.')} or newer (Debian, Ubuntu: apt-get install python3 python3-venv), or name one with PYTHON`;
  const version = await orMissing(`there is no ${python}: ${advice}`, () =>
    run(python, ['-c', 'import sys; print(*sys.version_info[:2])']),
  );
  const [major = 0, minor = 0] = version.split(' ').map(Number);
  if (major !== oldestPython[0] || minor < oldestPython[1])
    throw new SetUpError(`${python} is Python ${major}.${minor}, which is too old: ${advice}`);
  return python;
}

async function orMissing<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const output = error.output.split('\n').slice(-10).join('\n');
    throw new SetUpError(`${what}\n${error.summary}\n${output}`.trim(), { cause: error });
  }
}
