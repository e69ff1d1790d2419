import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { podOptions } from '../../scripts/support/pod-options.ts';

/** A program that brings the lines of a file to a pipe. */
export interface Contender {
  readonly name: string;
  /** Starts reading `file` from its beginning, with its own state in `directory`. */
  readonly start: (file: string, pipe: string, directory: string) => ChildProcess;
}

export interface Contenders {
  readonly present: readonly Contender[];
  /** Why one is missing, and how to install it. */
  readonly missing: Readonly<Record<string, string>>;
}

export const baseline = 'tail | cat';

/** As the pod starts it. */
export const asInPod = podOptions('log-sidecar');

const program = fileURLToPath(new URL('../../apps/log-sidecar/dist/main.js', import.meta.url));

function withPipe(pipe: string, start: (fd: number) => ChildProcess): ChildProcess {
  const fd = openSync(pipe, 'w');
  const child = start(fd);
  closeSync(fd);
  return child;
}

export const sidecar: Contender = {
  name: 'log-sidecar',
  start(file, pipe, directory) {
    const configFile = `${directory}/sidecar.yaml`;
    writeFileSync(configFile, "redact: { paths: [headers.authorization, '*.email'] }\n");
    const env = {
      LOG_FILE: file,
      CHECKPOINT_FILE: `${directory}/checkpoint`,
      CONFIG_FILE: configFile,
      ADMIN_PORT: '0',
      LOG_LEVEL: 'error',
      POD_NAME: 'product-7d9f8b6c5-abcde',
      NODE_NAME: 'shop-worker',
      POD_NAMESPACE: 'shop',
      APP_NAME: 'product',
      APP_VERSION: '0.1.0',
      ...asInPod.env,
    };
    return withPipe(pipe, (fd) =>
      spawn(process.execPath, [...asInPod.args, program], { stdio: ['ignore', fd, 'inherit'], env }),
    );
  },
};

const tail: Contender = {
  name: baseline,
  start: (file, pipe) =>
    withPipe(pipe, (fd) =>
      spawn('sh', ['-c', 'tail -n +1 -F "$0" | cat', file], { stdio: ['ignore', fd, 'ignore'] }),
    ),
};

/** imfile to omfile (ompipe gives up on a pipe that is full), with the same members put in front of each line's own; without redaction and validation. */
const rsyslog: Contender = {
  name: 'rsyslog',
  start(file, pipe, directory) {
    const members =
      '{\\"pod\\":\\"product-7d9f8b6c5-abcde\\",\\"node\\":\\"shop-worker\\",\\"namespace\\":\\"shop\\",\\"version\\":\\"0.1.0\\",';
    writeFileSync(
      `${directory}/rsyslog.conf`,
      `global(workDirectory="${directory}" maxMessageSize="64k")
module(load="imfile" mode="inotify")
template(name="enriched" type="list") {
  constant(value="${members}")
  property(name="msg" position.from="2")
  constant(value="\\n")
}
main_queue(queue.type="LinkedList" queue.size="100000" queue.workerThreads="1" queue.dequeueBatchSize="1024")
input(type="imfile" file="${file}" tag="app" readMode="0" escapeLF="off" persistStateInterval="1000")
action(type="omfile" file="${pipe}" template="enriched" createDirs="off" ioBufferSize="64k" flushOnTXEnd="on")
`,
    );
    return spawn('rsyslogd', ['-n', '-f', `${directory}/rsyslog.conf`, '-i', `${directory}/rsyslog.pid`], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  },
};

const installed = (command: string): boolean =>
  spawnSync(command, ['-v'], { stdio: 'ignore' }).error === undefined;

export const findContenders = (): Contenders =>
  installed('rsyslogd')
    ? { present: [sidecar, tail, rsyslog], missing: {} }
    : { present: [sidecar, tail], missing: { rsyslog: 'not installed: apt-get install rsyslog' } };
