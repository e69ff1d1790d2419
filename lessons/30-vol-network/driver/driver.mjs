/**
 * A volume driver in its least form. The kubelet has it mount a folder of a file server where a pod of this node
 * wants its volume, and unmount it when the pod is gone.
 */
import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import grpc from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

const run = promisify(execFile);
const name = 'sshfs.lessons.example';
/** Where the kubelet looks for new drivers, and where it then calls this one. */
const sockets = {
  registration: `/var/lib/kubelet/plugins_registry/${name}.sock`,
  driver: `/var/lib/kubelet/plugins/${name}/csi.sock`,
};

const registration = {
  GetInfo: () => ({ type: 'CSIPlugin', name, endpoint: sockets.driver, supported_versions: ['1.0.0'] }),
  NotifyRegistrationStatus({ plugin_registered: registered, error }) {
    console.log(registered ? 'the kubelet knows this driver' : `the kubelet does not take it: ${error}`);
    return {};
  },
};

/** Either call may come again for what is done already. */
const node = {
  NodeGetInfo: () => ({ node_id: process.env.NODE_NAME }),
  NodeGetCapabilities: () => ({}),

  async NodePublishVolume({ target_path: target, readonly, volume_context: { server, port, path } }) {
    if (await isMounted(target)) return {};
    await mkdir(target, { recursive: true });
    // What another node has written is to be seen at once, so nothing is kept in memory for a while.
    const fresh = 'dir_cache=no,attr_timeout=0,entry_timeout=0,negative_timeout=0';
    const options = `directport=${port},reconnect,allow_other,default_permissions,${fresh}`;
    await run('sshfs', [`${server}:${path}`, target, '-o', readonly ? `${options},ro` : options]);
    console.log(`mounted ${server}:${path} at ${target}`);
    return {};
  },

  async NodeUnpublishVolume({ target_path: target }) {
    // Lazily: also when the server does not answer any more.
    if (await isMounted(target)) await run('umount', ['--lazy', target]);
    await rmdir(target).catch(unlessMissing);
    console.log(`unmounted ${target}`);
    return {};
  },
};

async function isMounted(path) {
  const mounts = await readFile('/proc/self/mountinfo', 'utf8');
  return mounts.split('\n').some((line) => line.split(' ')[4] === path);
}

function unlessMissing(error) {
  if (error.code !== 'ENOENT') throw error;
}

async function serve(socket, { service }, methods) {
  const server = new grpc.Server();
  server.addService(service, Object.fromEntries(Object.entries(methods).map(answering)));
  // One that was killed has left its socket behind.
  await rm(socket, { force: true });
  await promisify(server.bindAsync).call(server, `unix://${socket}`, grpc.ServerCredentials.createInsecure());
}

function answering([method, answer]) {
  const reply = async ({ request }, callback) => {
    try {
      callback(null, await answer(request));
    } catch (error) {
      console.error(`${method}: ${error.message}`);
      callback({ code: grpc.status.INTERNAL, message: error.message });
    }
  };
  return [method, reply];
}

// Of this pod's network: a server that is gone without a trace is waited for 3 s and not two minutes. A process that
// wants a file cannot even be ended until then.
await writeFile('/proc/sys/net/ipv4/tcp_syn_retries', '1');

const load = (file) => grpc.loadPackageDefinition(loadSync(file, { keepCase: true }));
const { csi } = load('csi.proto');
const { pluginregistration } = load('registration.proto');
// The driver first: the kubelet calls it as soon as it has found the other one.
await serve(sockets.driver, csi.v1.Node, node);
await serve(sockets.registration, pluginregistration.Registration, registration);

process.on('SIGTERM', async () => {
  await Promise.all(Object.values(sockets).map((socket) => rm(socket, { force: true })));
  process.exit();
});
