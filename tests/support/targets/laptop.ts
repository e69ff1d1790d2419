import { askSupervisor } from '../../../scripts/laptop/control-client.ts';
import type { ControlRequest } from '../../../scripts/laptop/control-protocol.ts';
import { untilAnswering } from '../answering.ts';
import { readBreakers, type Target } from '../target.ts';

/**
 * The shop that `npm start` runs with this data directory, controlled through its supervisor.
 * @param token the token for writes, if it was started with a token file.
 */
export async function laptopTarget(dataDir: string, token?: string): Promise<Target> {
  const ask = (request: ControlRequest) => askSupervisor(dataDir, request);
  const { url } = (await ask({ command: 'status' })).status;

  const programs = async () => (await ask({ command: 'status' })).status.programs;
  const lastLines = async (program: string) => (await ask({ command: 'logs', program })).lines;

  return {
    name: 'laptop',
    url,
    ...(token === undefined ? {} : { token }),
    capabilities: new Set(['scale', 'kill', 'breakers', 'logs']),
    async replicas(service) {
      const program = (await programs()).find(({ name }) => name === service);
      return program?.state === 'stopped' ? 0 : 1;
    },
    async scale(service, replicas) {
      await ask({ command: 'scale', program: service, replicas });
    },
    async kill(service) {
      await ask({ command: 'kill', program: service });
    },
    async breakers(service) {
      const instance = `${service}-ambassador`;
      const program = (await programs()).find(({ name }) => name === instance);
      if (!program) throw new Error(`there is no program ${instance}`);
      const response = await fetch(`${program.adminUrl}/breakers`);
      return readBreakers(instance, await response.json());
    },
    async logs(service) {
      return [...(await lastLines(service)), ...(await lastLines(`${service}-ambassador`))];
    },
    waitReady: () => untilAnswering(url),
    async diagnostics() {
      const parts = [];
      for (const { name, state, restarts } of await programs())
        parts.push(
          `--- ${name}: ${state}, ${restarts} restarts; its last lines:`,
          ...(await lastLines(name)),
        );
      return parts.join('\n');
    },
  };
}
