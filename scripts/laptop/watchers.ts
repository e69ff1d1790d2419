import type { Socket } from 'node:net';
import type { LaptopStatus, Notice } from './control-protocol.ts';
import type { ProgramOutput } from './program.ts';

/** A watcher that does not read is dropped at this size, so that its backlog does not fill the memory. */
const longestBacklog = 4 << 20;

/** Clients that get every change and every line over the control socket, such as the board. */
export class Watchers {
  readonly #sockets = new Set<Socket>();
  readonly #status: () => LaptopStatus;
  #pending: NodeJS.Immediate | undefined;

  constructor(status: () => LaptopStatus) {
    this.#status = status;
  }

  add(socket: Socket): void {
    socket.on('error', () => socket.destroy());
    socket.once('close', () => void this.#sockets.delete(socket));
    this.#sockets.add(socket);
    this.#write(socket, { type: 'status', status: this.#status() });
  }

  /** The status has changed. It is sent a moment later, when the change is complete. */
  changed(): void {
    this.#pending ??= setImmediate(() => {
      this.#pending = undefined;
      this.#tell({ type: 'status', status: this.#status() });
    });
  }

  /** Wraps the output so that watchers get it, too. */
  listening(output: ProgramOutput): ProgramOutput {
    const tell = (program: string, text: string) => this.#tell({ type: 'line', program, text });
    return {
      record: (program, line) => {
        output.record(program, line);
        tell(program, line);
      },
      remark: (program, line) => {
        output.remark(program, line);
        tell(program, line);
      },
    };
  }

  close(): void {
    clearImmediate(this.#pending);
    for (const socket of this.#sockets) socket.destroy();
  }

  #tell(notice: Notice): void {
    for (const socket of this.#sockets) this.#write(socket, notice);
  }

  #write(socket: Socket, notice: Notice): void {
    if (socket.writableLength > longestBacklog) socket.destroy();
    else socket.write(`${JSON.stringify(notice)}\n`);
  }
}
