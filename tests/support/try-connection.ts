import { kubectl } from '../../scripts/kind/kubectl.ts';

const connect = `
  const [host, port, timeout] = process.argv.slice(1);
  const socket = require('node:net').connect({ host, port, timeout: Number(timeout) });
  const end = (what) => { console.log(what); process.exit(); };
  socket.on('connect', () => end('open')).on('timeout', () => end('no response')).on('error', (e) => end(e.code));
`;

/**
 * Tries a TCP connection from a container with Node.
 * @param object its name for `kubectl exec`, `pod/…`, `deployment/…`, with its container if that is not the first.
 * @param patienceMs how long to wait for a response, with name resolution. Give more than the default where the
 * response must come, because a packet may have to be sent again.
 * @returns `open`, or why not. A dropped packet gets no reaction, hence `no response`.
 */
export function tryConnection(
  namespace: string,
  object: readonly [name: string, container?: string],
  host: string,
  port: number,
  patienceMs = 1_500,
): Promise<string> {
  const [name, container] = object;
  const where = container === undefined ? [name] : [name, '--container', container];
  const command = ['node', '-e', connect, host, String(port), String(patienceMs)];
  return kubectl(['--namespace', namespace, 'exec', ...where, '--', ...command]);
}
