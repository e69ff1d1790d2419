import { askSupervisor } from '../../../laptop/control-client.ts';
import type { State } from '../../../laptop/program.ts';
import { startLaptop, type LaptopInstance } from '../../../laptop/test/support/instance.ts';

/** `npm start` with its board, on free ports. */
export interface LaptopShop extends LaptopInstance {
  /** Of its board, with the token. */
  readonly url: string;
  stateOf(program: string): Promise<State | undefined>;
  /** Its supervisor starts it again. */
  kill(program: string): Promise<void>;
}

export async function startLaptopShop(): Promise<LaptopShop> {
  const laptop = await startLaptop({ board: true });
  const status = async () => (await askSupervisor(laptop.dataDir, { command: 'status' })).status;
  const { boardUrl: url = '' } = await status();
  return {
    ...laptop,
    url,
    async stateOf(program) {
      return (await status()).programs.find(({ name }) => name === program)?.state;
    },
    async kill(program) {
      await askSupervisor(laptop.dataDir, { command: 'kill', program });
    },
  };
}
