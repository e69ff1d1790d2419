import {
  appendFileSync,
  copyFileSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  truncateSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Its own directory with a log file that is written and rotated by hand. */
export class LogDirectory {
  readonly directory = mkdtempSync(join(tmpdir(), 'log-sidecar-'));
  readonly path = join(this.directory, 'app.log');
  readonly checkpointPath = join(this.directory, 'checkpoint');

  write(text: string | Uint8Array): void {
    appendFileSync(this.path, text);
  }

  /** Writes one JSON line for each message. */
  log(...messages: readonly string[]): void {
    this.write(messages.map((msg) => `${JSON.stringify({ level: 'info', msg })}\n`).join(''));
  }

  /** app.log is copied to app.log.1, what that was is moved on, and app.log is emptied. */
  copyAndTruncate(): void {
    this.rotate();
    renameSync(`${this.path}.1`, this.path);
    copyFileSync(this.path, `${this.path}.1`);
    truncateSync(this.path);
  }

  /** app.log becomes app.log.1, and so on; those beyond `kept` are deleted. */
  rotate(kept = 1000): void {
    const numbers = readdirSync(this.directory)
      .map((name) => /^app\.log\.(\d+)$/.exec(name)?.[1])
      .filter((number) => number !== undefined)
      .map(Number);
    for (const number of numbers.sort((a, b) => b - a)) {
      const from = `${this.path}.${number}`;
      if (number >= kept) rmSync(from);
      else renameSync(from, `${this.path}.${number + 1}`);
    }
    renameSync(this.path, `${this.path}.1`);
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
