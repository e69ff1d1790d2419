/** Whether the cluster does what its network policies say. */
import { kubectl } from './kubectl.ts';

/** The API server, by its address: no name has to be resolved. No policy lets a service get there. */
const connect = `
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = process.env;
  const socket = require('node:net').connect({ host, port, timeout: 2000 });
  const end = (what) => { console.log(what); process.exit(); };
  socket.on('connect', () => end('open')).on('timeout', () => end('closed')).on('error', () => end('closed'));
`;

/**
 * Tries a connection that the policies of k8s/components/network-policies forbid, from a pod of user.
 * @throws {CommandError} when it cannot be tried: there is no such pod.
 */
export async function policiesAreEnforced(): Promise<boolean> {
  const pod = ['--namespace', 'shop', 'exec', 'deployment/user', '--container', 'app'];
  return (await kubectl([...pod, '--', 'node', '-e', connect])) !== 'open';
}

/** What that means, and what to do. Kernels of WSL 2 may lack nft's queue: kubernetes-sigs/kind#3705, #3789. */
export const policiesNotEnforced =
  'Network policies are not enforced here: every pod reaches every other one. The shop works all the same; ' +
  'the network-policies tests, the lesson on them and the network-partition faults cannot show anything. Kernels of ' +
  'WSL 2 and of some virtual machines lack what kindnet needs (nft queue): `docker exec shop-worker nft list ruleset` ' +
  'and the log of the DaemonSet kindnet in kube-system say so; a newer kernel (wsl --update) may have it';
