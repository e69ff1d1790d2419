import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';

const end = '---end---';
const timeoutMs = 2_000;

/**
 * A shell on each kind node that stays open, so that a question costs no new process here. It reaches the node's own pods
 * as kubelet does, past all network policies, and needs no control plane.
 */
export class NodeShells implements Disposable {
  readonly #shells = new Map<string, Shell>();

  /** @returns what the command printed. @throws when the node does not answer within two seconds. */
  async run(node: string, command: string): Promise<string> {
    let shell = this.#shells.get(node);
    if (shell === undefined || shell.ended) {
      shell = new Shell(node);
      this.#shells.set(node, shell);
    }
    return await shell.run(command);
  }

  [Symbol.dispose](): void {
    for (const shell of this.#shells.values()) shell.close();
  }
}

class Shell {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #waiting: ((text: string | undefined) => void)[] = [];
  #lines: string[] = [];
  ended = false;

  constructor(node: string) {
    this.#child = spawn('docker', ['exec', '--interactive', node, 'bash'], { detached: true });
    this.#child.stderr.resume();
    this.#child.stdin.on('error', () => {});
    this.#child.on('error', () => this.close());
    this.#child.on('close', () => this.close());
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      if (line !== end) return void this.#lines.push(line);
      this.#waiting.shift()?.(this.#lines.join('\n'));
      this.#lines = [];
    });
  }

  async run(command: string): Promise<string> {
    const answer = await new Promise<string | undefined>((resolve) => {
      const timer = setTimeout(() => this.close(), timeoutMs);
      this.#waiting.push((text) => {
        clearTimeout(timer);
        resolve(text);
      });
      this.#child.stdin.write(`${command}\necho ${end}\n`);
    });
    if (answer === undefined) throw new Error('the node does not answer');
    return answer;
  }

  close(): void {
    if (this.ended) return;
    this.ended = true;
    this.#child.kill();
    for (const settle of this.#waiting.splice(0)) settle(undefined);
  }
}
