/**
 * `node signal.mjs STOP|CONT|KILL`: stops a process of product where it is, lets those go on that are stopped, or kills them
 * and has their pods replaced.
 * A container's first process ignores such signals from inside, so they come from the node, which is a container of Docker.
 */
import { execFileSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { kubectl } from './shop.mjs';

/** The containers `app` of the ready pods of product. */
function containers() {
  const { items } = JSON.parse(kubectl('get', 'pods', '-l', 'app=product', '-o', 'json'));
  return items
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .flatMap(({ metadata, spec, status }) => {
      const { ready, containerID = '' } = status.containerStatuses?.find(({ name }) => name === 'app') ?? {};
      const id = containerID.replace('containerd://', '');
      return id === '' ? [] : [{ pod: metadata.name, node: spec.nodeName, id, ready }];
    });
}

const onNode = (node, ...args) =>
  execFileSync('docker', ['exec', node, 'ctr', '--namespace', 'k8s.io', ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });

/** The state of its process, as /proc has it: T when it is stopped. */
function isStopped({ node, id }) {
  const pid = onNode(node, 'tasks', 'ls')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .find(([name]) => name === id)?.[1];
  if (pid === undefined) return false;
  const status = execFileSync('docker', ['exec', node, 'cat', `/proc/${pid}/status`], { encoding: 'utf8' });
  return /^State:\s+T/m.test(status);
}

export function signal(name) {
  const all = containers();
  const chosen =
    name === 'STOP'
      ? all.filter((one) => one.ready && !isStopped(one)).slice(0, 1)
      : all.filter((one) => isStopped(one));
  for (const { pod, node, id } of chosen) {
    onNode(node, 'tasks', 'kill', '--signal', `SIG${name}`, id);
    // The kubelet waits longer before each further restart in a pod; another pod starts at once.
    if (name === 'KILL') kubectl('delete', 'pod', pod, '--wait=false');
    console.log(`${pod}: ${name}`);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) signal(process.argv[2]);
