import { createServer } from 'node:net';
import { CommandError, run } from '../support/run.ts';
import { SetUpError } from './set-up-error.ts';

const programs = {
  docker: { args: ['--version'], site: 'https://docs.docker.com/get-started/get-docker/' },
  kind: { args: ['version'], site: 'https://kind.sigs.k8s.io/docs/user/quick-start/#installation' },
  kubectl: { args: ['version', '--client'], site: 'https://kubernetes.io/docs/tasks/tools/' },
  openssl: { args: ['version'], site: 'https://openssl-library.org/source/' },
  skaffold: { args: ['version'], site: 'https://skaffold.dev/docs/install/' },
} as const;
export type ProgramName = keyof typeof programs;

/** @throws {SetUpError} that names every missing program, or says why the container engine does not answer. */
export async function requirePrograms(names: readonly ProgramName[]): Promise<void> {
  const results = await Promise.all(names.map((name) => problemWith(name)));
  const problems = results.filter((problem) => problem !== undefined);
  if (problems.length > 0)
    throw new SetUpError(`Programs are missing:\n${problems.map((line) => `  - ${line}`).join('\n')}`);
  try {
    await run('docker', ['version', '--format', '{{.Server.Version}}']);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new SetUpError(
      `The container engine does not answer. Start it (Docker Desktop, or \`sudo systemctl start docker\`), ` +
        `and see that \`docker version\` works for this user. It said:\n${error.output}`,
    );
  }
}

async function problemWith(name: ProgramName): Promise<string | undefined> {
  const { args, site } = programs[name];
  try {
    await run(name, args);
    return undefined;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return `${name} does not run. Install it (${site}) and see that \`${name} ${args.join(' ')}\` works here`;
  }
}

/** @throws {SetUpError} that names every port of 127.0.0.1 that another program has. */
export async function requireFreePorts(ports: readonly number[]): Promise<void> {
  const results = await Promise.all(ports.map(async (port) => ((await isFree(port)) ? [] : [port])));
  const taken = results.flat();
  if (taken.length === 0) return;
  throw new SetUpError(
    `In use by another program on 127.0.0.1: port ${taken.join(', port ')}. The shop on kind needs it. Find out whose ` +
      `it is (\`lsof -i :${taken[0]}\`, \`docker ps\`), end that, and run this again.`,
  );
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen({ port, host: '127.0.0.1', exclusive: true }, resolve);
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false;
    throw error;
  }
  await new Promise((resolve) => void server.close(resolve));
  return true;
}
