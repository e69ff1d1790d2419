/** Whether the cluster does what its network policies say. */
import type { Kubectl } from './kubectl.ts';

/**
 * Connects to the API server by its address, so that no name has to be resolved. No policy allows a service this
 * connection.
 */
const connect = `
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = process.env;
  const socket = require('node:net').connect({ host, port, timeout: 1000 });
  const end = (what) => { console.log(what); process.exit(); };
  socket.on('connect', () => end('open')).on('timeout', () => end('closed')).on('error', () => end('closed'));
`;

/**
 * Tries a connection that the policies of k8s/components/network-policies forbid, from a pod of user.
 * @throws {CommandError} when it cannot be tried: there is no such pod.
 */
export async function policiesAreEnforced(kubectl: Kubectl): Promise<boolean> {
  const pod = ['--namespace', 'shop', 'exec', 'deployment/user', '--container', 'app'];
  return (await kubectl([...pod, '--', 'node', '-e', connect])) !== 'open';
}
