import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { judgeMachine, needs, type Machine } from '../machine.ts';
import { paths } from '../names.ts';
import { compareVersions, leastKubectl, programAdvice, programProblem, versions } from '../programs.ts';
import { requireAll, type Probes } from '../requirements.ts';
import { systemOf } from '../system.ts';

const GiB = 2 ** 30;
const textOf = (file: string): string => readFileSync(join(paths.root, file), 'utf8');
const wanted = {
  kubernetes: '1.37.0',
  docker: { minimum: '20.10.0' },
  kind: { minimum: '0.33.0', tested: '0.33.0' },
  kubectl: { minimum: '1.34.0', tested: '1.37.0' },
  skaffold: { minimum: '2.14.0', tested: '2.24.0' },
};

describe('the versions of programs', () => {
  test.each([
    ['docker', 'Docker version 28.2.2, build e6534b4'],
    ['docker', 'Docker version 20.10.24+dfsg1, build 297e128'],
    ['kind', 'kind v0.33.0 go1.26.8 linux/amd64'],
    ['kubectl', '{"clientVersion": {"gitVersion": "v1.36.2"}}'],
    ['kubectl', '{"clientVersion": {"gitVersion": "v1.38.0-rc.1"}}'],
    // Built from sources.
    ['kubectl', '{"clientVersion": {"gitVersion": "v0.0.0-master+$Format:%H$"}}'],
    ['skaffold', 'v2.24.0'],
    ['openssl', 'LibreSSL 3.3.6'],
    ['buildx', 'github.com/docker/buildx v0.35.0 '],
  ] as const)('%s: %j will do', (name, said) => {
    expect(programProblem(name, said, 'linux', { wanted })).toBeUndefined();
  });

  test.each([
    ['kind', 'kind v0.24.0 go1.22.6 linux/amd64', 'kind is 0.24.0, and 0.33.0 or newer is needed'],
    ['kubectl', '{"gitVersion": "v1.33.4"}', 'kubectl is 1.33.4, and 1.36.0 or newer is needed'],
    ['kubectl', '{"gitVersion": "v1.32.4-dispatcher"}', 'kubectl is 1.32.4, and 1.36.0'],
    ['docker', 'Docker version 19.03.9, build 9d988398e7', 'docker is 19.03.9, and 20.10.0'],
    ['docker', 'podman version 5.2.0', 'docker is Podman here'],
    ['skaffold', 'v1.39.18', 'skaffold is 1.39.18, and 2.14.0'],
    ['skaffold', undefined, 'skaffold does not run: `skaffold version` fails'],
    ['buildx', undefined, "docker's plugin buildx does not run: `docker buildx version` fails"],
  ] as const)('R6: %s: %j is a problem', (name, said, problem) => {
    expect(programProblem(name, said, 'linux', { wanted })).toContain(problem);
  });

  test('R6: kubectl must know what the lessons expect, also where an older one is supported', () => {
    const older = { ...wanted, kubernetes: '1.34.3' };
    expect(programProblem('kubectl', 'v1.33.4', 'linux', { wanted: older })).toContain('1.34.0 or newer');
  });

  test('a kubectl that is much newer than the cluster is only reported', () => {
    expect(programAdvice('kubectl', 'v1.38.0', wanted)).toBeUndefined();
    expect(programAdvice('kubectl', 'v1.39.0', wanted)).toContain('version skew policy');
  });

  test.each([
    ['macos', 'arm64', 'kind', 'brew install kind'],
    ['linux', 'arm64', 'kind', 'https://kind.sigs.k8s.io/dl/v0.33.0/kind-linux-arm64'],
    ['wsl', 'x64', 'kubectl', 'https://dl.k8s.io/release/v1.37.0/bin/linux/amd64/kubectl'],
    [
      'linux',
      'x64',
      'skaffold',
      'https://storage.googleapis.com/skaffold/releases/v2.24.0/skaffold-linux-amd64',
    ],
    ['wsl', 'x64', 'docker', 'WSL integration'],
    ['macos', 'arm64', 'docker', 'Docker Desktop'],
    ['linux', 'x64', 'docker', 'https://docs.docker.com/engine/install/'],
  ] as const)('on %s (%s) %s is installed so: %s', (system, arch, name, how) => {
    expect(programProblem(name, undefined, system, { arch, wanted })).toContain(how);
  });

  test('are compared as numbers', () => {
    expect(compareVersions('1.9.0', '1.10.0')).toBeLessThan(0);
    expect(compareVersions('2.0.0', '1.99.99')).toBeGreaterThan(0);
    expect(compareVersions('1.2.3', '1.2.3')).toBe(0);
  });
});

describe('the system', () => {
  test.each([
    ['linux', '6.8.0-51-generic', 'linux'],
    ['linux', '5.15.167.4-microsoft-standard-WSL2', 'wsl'],
    ['linux', '4.4.0-19041-Microsoft', 'wsl1'],
    ['darwin', '24.5.0', 'macos'],
    ['win32', '10.0.26100', 'windows'],
  ] as const)('%s with kernel %s is %s', (platform, kernel, system) => {
    expect(systemOf(platform, kernel)).toBe(system);
  });
});

describe('R8: the machine', () => {
  const enough: Machine = {
    system: 'linux',
    kernel: '6.8.0',
    engine: { memoryBytes: 16 * GiB, cpus: 8, kernel: '6.8.0' },
    freeBytes: 100 * GiB,
    proc: (path) =>
      ({
        '/proc/meminfo': `MemTotal: 16777216 kB\nMemAvailable:   ${12 * 1024 * 1024} kB\n`,
        '/proc/sys/fs/inotify/max_user_instances': '512\n',
        '/proc/sys/fs/inotify/max_user_watches': '524288\n',
      })[path],
  };
  const withProc = (files: Record<string, string>): Machine => ({
    ...enough,
    proc: (path) => files[path] ?? enough.proc(path),
  });

  test('that has enough is not spoken of', () => {
    expect(judgeMachine(enough)).toEqual({ problems: [], advice: [] });
  });

  test('with 128 inotify instances gets the line to raise them', () => {
    const machine = withProc({ '/proc/sys/fs/inotify/max_user_instances': '128\n' });
    expect(judgeMachine(machine).problems).toEqual([
      expect.stringMatching(
        /max_user_instances is 128, 512 wanted.*sudo sysctl fs\.inotify\.max_user_instances=512 /,
      ),
    ]);
  });

  test('with fewer inotify instances than kind recommends is only reported', () => {
    const machine = withProc({ '/proc/sys/fs/inotify/max_user_instances': '256\n' });
    expect(judgeMachine(machine)).toEqual({
      problems: [],
      advice: [expect.stringContaining('max_user_instances is 256, 512 wanted')],
    });
  });

  test('with both limits too low gets both in one line', () => {
    const machine = withProc({
      '/proc/sys/fs/inotify/max_user_instances': '128',
      '/proc/sys/fs/inotify/max_user_watches': '8192',
    });
    expect(judgeMachine(machine).problems).toEqual([
      expect.stringContaining('sysctl fs.inotify.max_user_instances=512 fs.inotify.max_user_watches=524288'),
    ]);
  });

  test('whose engine runs in a virtual machine is judged by that: /proc is not its own', () => {
    const machine: Machine = {
      ...withProc({
        '/proc/sys/fs/inotify/max_user_instances': '128',
        '/proc/meminfo': 'MemAvailable: 1024 kB\n',
      }),
      engine: { memoryBytes: 8 * GiB, cpus: 4, kernel: '6.10.14-linuxkit' },
    };
    expect(judgeMachine(machine)).toEqual({ problems: [], advice: [] });
  });

  test('where other programs take the memory has what they leave', () => {
    const machine = withProc({ '/proc/meminfo': `MemAvailable:  ${3 * 1024 * 1024} kB\n` });
    expect(judgeMachine(machine).problems).toEqual([
      expect.stringContaining('memory in GiB for containers: 3 found, 6 wanted, at least 4 needed'),
    ]);
  });

  test.each([
    ['memory', { memoryBytes: 5 * GiB }, 'advice', 'memory in GiB for containers: 5 found'],
    ['memory', { memoryBytes: 2 * GiB }, 'problems', 'memory in GiB for containers: 2 found'],
    // A virtual machine of "6 GB".
    ['memory', { memoryBytes: 5.8 * GiB }, undefined, ''],
    ['CPUs', { cpus: 1 }, 'problems', 'CPUs for containers: 1 found'],
    ['CPUs', { cpus: 2 }, 'advice', 'CPUs for containers: 2 found'],
  ] as const)('%s: %j', (_what, engine, where, text) => {
    const judged = judgeMachine({ ...enough, engine: { ...enough.engine, kernel: 'vm', ...engine } });
    const told = Object.entries(judged).flatMap(([kind, lines]) =>
      lines.map((line: string) => `${kind}: ${line}`),
    );
    expect(told.map((line) => line.replace(/ found.*/, ' found'))).toEqual(
      where === undefined ? [] : [`${where}: ${text}`],
    );
  });

  test.each([
    ['macos', 'colima start'],
    ['wsl', '.wslconfig'],
    ['linux', 'kind get clusters'],
  ] as const)('on %s the message says what to do there', (system, text) => {
    const engine = { ...enough.engine, kernel: 'vm', memoryBytes: GiB };
    expect(judgeMachine({ ...enough, system, engine }).problems).toEqual([expect.stringContaining(text)]);
  });

  test('with a full disk the message says what uses it', () => {
    expect(judgeMachine({ ...enough, freeBytes: 3 * GiB }).problems).toEqual([
      expect.stringMatching(/free disk in GiB: 3 found.*docker system df/),
    ]);
    expect(judgeMachine({ ...enough, freeBytes: undefined }).problems).toEqual([]);
  });
});

describe('everything that is in the way', () => {
  let bin: string;
  beforeEach(() => {
    bin = mkdtempSync(join(tmpdir(), 'shop-bin-'));
  });
  afterEach(() => rmSync(bin, { recursive: true }));

  /** A program that prints `text`, or fails with it. */
  function fake(name: string, text: string, exitCode = 0): void {
    const file = join(bin, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `#!/bin/sh\ncat <<'END'\n${text}\nEND\nexit ${exitCode}\n`);
    chmodSync(file, 0o755);
  }
  function fakeDocker(info: string, infoCode = 0, buildxCode = 0): void {
    const file = join(bin, 'docker');
    writeFileSync(
      file,
      `#!/bin/sh\ncase $1 in\n--version) echo 'Docker version 28.2.2, build 1' ;;\nbuildx) exit ${buildxCode} ;;\n` +
        `info) cat <<'END'\n${info}\nEND\nexit ${infoCode} ;;\nesac\n`,
    );
    chmodSync(file, 0o755);
  }
  const goodInfo = `${16 * GiB}\n8\n6.8.0\n/var/lib/docker\nlinux`;
  function fakeAll(): void {
    fakeDocker(goodInfo);
    fake('kind', 'kind v0.33.0 go1.26.8 linux/amd64');
    fake('kubectl', `{"clientVersion": {"gitVersion": "v${versions.kubectl.tested}"}}`);
    fake('skaffold', 'v2.24.0');
    fake('openssl', 'OpenSSL 3.0.19 27 Jan 2026');
  }
  const probes = (changes: Partial<Probes> = {}): Probes => ({
    system: 'linux',
    kernel: '6.8.0',
    // What the fakes themselves call is in /bin.
    env: { PATH: `${bin}:/bin` },
    read: (path) => (path.includes('inotify') ? '1048576' : undefined),
    free: () => 100 * GiB,
    isFree: () => Promise.resolve(true),
    ...changes,
  });
  const everything = {
    programs: ['docker', 'buildx', 'kind', 'kubectl', 'skaffold'],
    ports: [8080, 8443, 5001],
    machine: true,
  } as const;

  test('is nothing where all is there', async () => {
    fakeAll();
    expect(await requireAll(everything, probes())).toEqual([]);
  });

  test('is said at once: programs, versions, engine, ports', async () => {
    fakeDocker('Cannot connect to the Docker daemon at unix:///var/run/docker.sock', 1, 1);
    fake('kind', 'kind v0.20.0 go1.20.4 linux/amd64');
    fake('kubectl', 'not a kubectl', 127);
    const refusal = requireAll(everything, probes({ isFree: (port) => Promise.resolve(port === 8443) }));
    await expect(refusal).rejects.toThrow(/^Problems on this machine:\n {2}- /);
    for (const problem of [
      "docker's plugin buildx does not run",
      'kind is 0.20.0',
      'kubectl does not run',
      'skaffold does not run',
      'The container engine does not answer. Start it (sudo systemctl start docker)',
      'It said: Cannot connect to the Docker daemon',
      'port 8080, port 5001',
    ])
      await expect(refusal).rejects.toThrow(problem);
  });

  test('is also what the machine lacks, with the programs', async () => {
    fakeAll();
    rmSync(join(bin, 'skaffold'));
    const refusal = requireAll(everything, probes({ read: () => '128', free: () => GiB }));
    await expect(refusal).rejects.toThrow('skaffold does not run');
    await expect(refusal).rejects.toThrow('max_user_instances is 128');
    await expect(refusal).rejects.toThrow('free disk in GiB: 1 found');
  });

  test('is only reported with --force', async () => {
    fakeAll();
    rmSync(join(bin, 'skaffold'));
    const told = await requireAll(
      { ...everything, force: true },
      probes({ read: () => '128', free: () => GiB }),
    );
    expect(told).toEqual([
      expect.stringContaining('skaffold does not run'),
      expect.stringContaining('free disk in GiB'),
      expect.stringContaining('max_user_instances is 128'),
    ]);
  });

  test('is not the machine where a cluster is there', async () => {
    fakeAll();
    const advice = await requireAll(
      { ...everything, machine: false },
      probes({ free: () => 1, read: () => '1' }),
    );
    expect(advice).toEqual([]);
  });

  test('is not an old version where things are only removed', async () => {
    fakeDocker(goodInfo);
    fake('kind', 'kind v0.20.0 go1.20.4 linux/amd64');
    expect(await requireAll({ programs: ['docker', 'kind'], anyVersion: true }, probes())).toEqual([]);
  });

  test('is a client without a server, which old clients do not call a failure', async () => {
    fakeAll();
    fakeDocker('0\n0\n\n\n\nCannot connect to the Docker daemon');
    await expect(requireAll(everything, probes())).rejects.toThrow('The container engine does not answer');
  });

  test('is an engine of Windows containers', async () => {
    fakeAll();
    fakeDocker(`${16 * GiB}\n8\n10.0\nC:\\ProgramData\\docker\nwindows`);
    await expect(requireAll(everything, probes())).rejects.toThrow('Linux containers');
  });

  test.each([
    ['windows', 'within WSL 2'],
    ['wsl1', 'wsl --set-version'],
  ] as const)('R9: on %s is said before programs are called', async (system, text) => {
    await expect(requireAll(everything, probes({ system }))).rejects.toThrow(text);
  });
});

describe('versions.json', () => {
  test.each(['k8s/platform/kind/cluster.yaml', 'tests/deploy/plain/kind.yaml'])(
    'has the version of the nodes of %s',
    (file) => {
      const { nodes } = parse(textOf(file)) as { nodes: { image: string }[] };
      const images = new Set(nodes.map(({ image }) => image.replace(/@.*/, '')));
      expect([...images]).toEqual([`kindest/node:v${versions.kubernetes}`]);
    },
  );

  test('is what the README says is needed', () => {
    const readme = textOf('README.md').replace(/\s+/g, ' ');
    for (const text of [
      `Docker ${versions.docker.minimum.replace(/\.0$/, '')}`,
      `kind ${versions.kind.minimum}`,
      `kubectl ${leastKubectl().replace(/\.0$/, '')}`,
      `skaffold ${versions.skaffold.minimum.replace(/\.0$/, '')}`,
      `${needs.memoryGiB.wanted} GiB`,
      `${needs.diskGiB.wanted} GiB`,
      `${needs.cpus.wanted} CPUs`,
    ])
      expect(readme).toContain(text);
  });
});
