/** Processes of containers, reached through their nodes, as a fault injector on the node would. */
import { containerStatusesOf, type Pod } from '@shop/testing/kubernetes';
import { run } from '../../../scripts/support/run.ts';

export interface NodeProcess {
  readonly node: string;
  /** As the node sees it. */
  readonly pid: string;
}

/** The process that its container sees as number 1, found by its cgroup. */
const findProcess = `
  for file in $(grep -l "$1" /proc/[0-9]*/cgroup 2>/dev/null); do
    pid=\${file#/proc/}; pid=\${pid%/cgroup}
    read -ra numbers < <(grep NSpid: /proc/$pid/status) && [ "\${numbers[-1]}" = 1 ] && echo "$pid" && exit
  done
  exit 1
`;

/** The main process of a container. @throws when the pod has no such container or it does not run. */
export async function processOf(pod: Pod, container: string): Promise<NodeProcess> {
  const status = containerStatusesOf(pod.status).find(({ name }) => name === container);
  const id = status?.containerID?.replace(/^containerd:\/\//, '');
  const node = pod.spec.nodeName;
  if (id === undefined || node === undefined)
    throw new Error(`${pod.metadata.name} has no running container ${container}`);
  return { node, pid: await onNode(node, 'bash', '-c', findProcess, 'bash', id) };
}

export async function signalProcess({ node, pid }: NodeProcess, signal: string): Promise<void> {
  await onNode(node, 'kill', `-${signal}`, pid);
}

/** Runs a command on a kind node, which is a container of this machine. */
export const onNode = (node: string, ...command: readonly string[]): Promise<string> =>
  run('docker', ['exec', node, ...command], { ignoresCtrlC: true });

/** Runs a command in the network of a process, as its pod sees it. */
export const inNetworkOf = ({ node, pid }: NodeProcess, ...command: readonly string[]): Promise<string> =>
  onNode(node, 'nsenter', '--target', pid, '--net', ...command);
