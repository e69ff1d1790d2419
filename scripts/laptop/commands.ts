import type { Handler } from './control-server.ts';
import type { LaptopStatus } from './control-protocol.ts';
import type { Supervisor } from './supervisor.ts';

/** Carries out the commands of `npm run shop`. The messages of errors are sent back. */
export function commandHandler(supervisor: Supervisor, status: () => LaptopStatus): Handler {
  async function carryOut(request: Parameters<Handler>[0]): Promise<readonly string[]> {
    if (request.command === 'status') return [];
    const program = supervisor.program(request.program);
    switch (request.command) {
      case 'logs':
        return program.recentLines;
      case 'kill': {
        const pid = program.kill();
        if (pid === undefined) throw new Error(`${program.name} is not running: there is nothing to kill.`);
        return [`${program.name} (process ${pid}) is killed; the supervisor starts it again`];
      }
      case 'scale':
        if (request.replicas === 0) {
          await program.stop();
          return [`${program.name} is stopped; to start it: npm run shop -- scale ${program.name} 1`];
        }
        if (request.replicas === 1) {
          await program.start();
          return [`${program.name} is ready`];
        }
        throw new Error('On a laptop every program runs once or not at all: replicas must be 0 or 1.');
      default:
        throw new Error(`There is no command ${JSON.stringify((request as { command: unknown }).command)}.`);
    }
  }
  return async (request) => ({ ok: true, lines: await carryOut(request), status: status() });
}
