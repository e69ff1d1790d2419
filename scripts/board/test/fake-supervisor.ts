import type { ControlRequest, LaptopStatus } from '../../laptop/control-protocol.ts';
import { startControlServer, type ControlServer } from '../../laptop/control-server.ts';
import type { State } from '../../laptop/program.ts';
import { Watchers } from '../../laptop/watchers.ts';

const names = ['front-door', 'user', 'product', 'user-ambassador', 'product-ambassador'];

/** A supervisor without programs: it records the commands it gets. */
export class FakeSupervisor {
  readonly states = new Map<string, State>(names.map((name) => [name, 'ready']));
  readonly requests: ControlRequest[] = [];
  readonly watchers = new Watchers(() => this.status);
  #server: ControlServer | undefined;

  get status(): LaptopStatus {
    const programs = [...this.states].map(([name, state]) => ({
      name,
      state,
      restarts: 0,
      pid: 7,
      adminUrl: 'http://127.0.0.1:9',
    }));
    return { url: 'http://localhost:8080', dataDir: '', ready: true, programs };
  }

  set(program: string, state: State): void {
    this.states.set(program, state);
    this.watchers.changed();
  }

  async start(dataDir: string): Promise<void> {
    const handle = async (request: ControlRequest) => {
      this.requests.push(request);
      if (request.command === 'scale')
        this.set(request.program, request.replicas === 0 ? 'stopped' : 'ready');
      return { ok: true as const, lines: [], status: this.status };
    };
    this.#server = await startControlServer(dataDir, handle, undefined, (watcher) =>
      this.watchers.add(watcher),
    );
  }

  async stop(): Promise<void> {
    await this.#server?.close();
  }
}
