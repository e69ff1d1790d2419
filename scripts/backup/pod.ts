/** The cluster's database, reached through one of its own pods: no port is opened, and no password leaves the pod. */
import { spawn } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { context } from '../kind/names.ts';

const pod = ['--namespace', 'shop', 'exec', 'mongo-0', '--container', 'replica-set-controller'];
const FILE = '/tmp/shop.backup.gz';
const program = 'dist/backup-main.js';

export async function backupFromCluster(file: string): Promise<void> {
  await inPod(['node', program, 'backup', FILE]);
  try {
    await inPod(['cat', FILE], { output: `${file}.partial` });
    await rename(`${file}.partial`, file);
  } finally {
    await Promise.all([inPod(['rm', '-f', FILE]), rm(`${file}.partial`, { force: true })]);
  }
}

export async function restoreToCluster(file: string): Promise<void> {
  try {
    await inPod(['sh', '-c', `cat >${FILE}`], { input: file });
    await inPod(['node', program, 'restore', FILE]);
  } finally {
    await inPod(['rm', '-f', FILE]);
  }
}

interface Files {
  readonly input?: string;
  readonly output?: string;
}

/** Passes on the command's standard error. @throws when it fails. */
async function inPod(command: readonly string[], { input, output }: Files = {}): Promise<void> {
  const stdin = input === undefined ? [] : ['--stdin'];
  const child = spawn('kubectl', ['--context', context, ...pod, ...stdin, '--', ...command], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`${command[0]} in mongo-0 ended with exit code ${code}`)),
    );
  });
  await Promise.all([
    ended,
    input === undefined ? child.stdin.end() : pipeline(createReadStream(input), child.stdin),
    output === undefined
      ? child.stdout.resume()
      : pipeline(child.stdout, createWriteStream(output, { mode: 0o600 })),
  ]);
}
