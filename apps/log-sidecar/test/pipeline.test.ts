import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { LogDirectory } from './support/log-directory.ts';
import { Stepwise, withoutRepeated, type Kill } from './support/stepwise.ts';

type Step =
  | { readonly do: 'write'; readonly sizes: readonly number[] }
  | { readonly do: 'write half a line' }
  | { readonly do: 'rotate'; readonly times: number; readonly how: 'rename' | 'copy' }
  | { readonly do: 'turn'; readonly times: number }
  | { readonly do: 'idle' }
  | { readonly do: 'kill' }
  | { readonly do: 'kill in a write'; readonly kill: Kill }
  | { readonly do: 'end' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      // Some are longer than what a pipe takes at once, than a chunk, or than what is allowed.
      sizes: fc.array(fc.oneof({ weight: 9, arbitrary: fc.nat(300) }, fc.nat(20_000)), {
        minLength: 1,
        maxLength: 40,
      }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('write half a line' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('rotate' as const),
      times: fc.integer({ min: 1, max: 4 }),
      how: fc.constantFrom('rename' as const, 'copy' as const),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('turn' as const), times: fc.integer({ min: 1, max: 5 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('idle' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('kill' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('kill in a write' as const),
      kill: fc.record({
        write: fc.integer({ min: 1, max: 12 }),
        when: fc.constantFrom('before' as const, 'after' as const, 'in part' as const, 'waiting' as const),
      }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('end' as const) }) },
);

/** Lines the app writes; each has its number, and every few are not JSON. */
class App {
  readonly expected: string[] = [];
  readonly #log: LogDirectory;
  /** The second half of a line whose first half has been written. */
  #rest: string | undefined;

  constructor(log: LogDirectory) {
    this.#log = log;
  }

  write(size: number): void {
    const msg = `${this.expected.length}:${'é'.repeat(size)}`;
    this.#log.write(
      `${this.finishLine()}${this.expected.length % 7 === 6 ? msg : JSON.stringify({ msg })}\n`,
    );
    this.expected.push(msg);
  }

  writeHalf(): void {
    if (this.#rest !== undefined) return;
    const msg = `${this.expected.length}:half`;
    this.#log.write(`{"msg":"${msg.slice(0, -2)}`);
    this.#rest = `${msg.slice(-2)}"}\n`;
    this.expected.push(msg);
  }

  /** An app that is restarted or rotates never leaves a line unfinished; one that is killed does, tested elsewhere. */
  finishLine(): string {
    const rest = this.#rest ?? '';
    this.#rest = undefined;
    return rest;
  }
}

async function take(step: Step, log: LogDirectory, app: App, sidecar: Stepwise): Promise<void> {
  switch (step.do) {
    case 'write':
      return step.sizes.forEach((size) => app.write(size));
    case 'write half a line':
      return app.writeHalf();
    case 'rotate':
      for (let time = 0; time < step.times; time++) {
        app.write(1);
        if (step.how === 'rename') log.rotate();
        else log.copyAndTruncate();
      }
      return;
    case 'turn':
      for (let time = 0; time < step.times; time++) await sidecar.turn();
      return;
    case 'idle':
      return sidecar.idle();
    case 'kill':
      return sidecar.kill();
    case 'kill in a write':
      return sidecar.idleUntil(step.kill);
    case 'end':
      // L2: also in the middle of a line.
      return sidecar.end();
  }
}

const bytesOfRepeated = (sidecar: Stepwise) =>
  sidecar.text
    .split('\n')
    .filter((line) => line.includes('"redelivered":true'))
    .join('').length;

describe('anything written, rotated and killed in any order', () => {
  test('every line comes once and in order, but for those marked as redelivered', async () => {
    let repeated = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 25 }),
        fc.constantFrom(256, 4096, 65_536),
        fc.constantFrom(Infinity, 10_000),
        async (steps, chunkBytes, room) => {
          const log = new LogDirectory();
          const app = new App(log);
          const sidecar = new Stepwise(log, { chunkBytes, room });
          try {
            for (const step of steps) await take(step, log, app, sidecar);
            log.write(app.finishLine());
            await sidecar.end();
            const once = withoutRepeated(sidecar.lines);
            expect(once.map(({ msg }) => msg)).toEqual(app.expected);
            expect(sidecar.own.entries).toEqual([]);
            repeated += sidecar.lines.length - once.length;
          } finally {
            sidecar.kill();
            log.remove();
          }
        },
      ),
      {
        numRuns: 150,
        // Chance alone does not always kill between a write and its checkpoint.
        examples: [
          [
            [
              { do: 'write', sizes: [1, 1, 1] },
              { do: 'kill in a write', kill: { write: 1, when: 'after' } },
            ],
            4096,
            Infinity,
          ],
        ],
      },
    );
    // Some kills fell between a write and its checkpoint, or nothing would have been tested.
    expect(repeated).toBeGreaterThan(0);
  }, 120_000);

  test.each([
    ['while the reader keeps up', Infinity, 40_000],
    ['of no more than a pipe takes as a whole, once it does not', 4096, 6000],
  ])('what comes twice is one write, %s', async (_when, room, most) => {
    const log = new LogDirectory();
    const app = new App(log);
    const sidecar = new Stepwise(log, { room });
    for (let line = 0; line < 2000; line++) app.write(50);
    await sidecar.idleUntil({ write: 8, when: 'after' });
    const before = sidecar.lines.length;
    await sidecar.end();
    log.remove();
    expect(sidecar.lines.length - app.expected.length).toBeGreaterThan(10);
    expect(bytesOfRepeated(sidecar)).toBeLessThan(most);
    expect(before).toBeLessThan(2000);
    expect(withoutRepeated(sidecar.lines).map(({ msg }) => msg)).toEqual(app.expected);
  });

  test.each([
    ['and the reader is waited for', 'waiting'],
    ['before that is noted', 'in part'],
  ] as const)('a line that is cut off, %s, comes again whole, on a separate line', async (_how, when) => {
    const log = new LogDirectory();
    const app = new App(log);
    const sidecar = new Stepwise(log);
    for (let line = 0; line < 500; line++) app.write(50);
    await sidecar.idleUntil({ write: 2, when });
    expect(sidecar.text.endsWith('\n')).toBe(false);
    await sidecar.end();
    log.remove();
    expect(withoutRepeated(sidecar.lines).map(({ msg }) => msg)).toEqual(app.expected);
    expect(sidecar.text.split('\n').slice(0, -1).length - sidecar.lines.length).toBe(1);
  });

  test('what a process may have written is marked, though the next one was killed, too, before it had passed it on', async () => {
    const log = new LogDirectory();
    const app = new App(log);
    const sidecar = new Stepwise(log);
    for (let line = 0; line < 500; line++) app.write(50);
    await sidecar.idleUntil({ write: 1, when: 'after' });
    await sidecar.idleUntil({ write: 2, when: 'waiting' });
    await sidecar.end();
    log.remove();
    expect(withoutRepeated(sidecar.lines).map(({ msg }) => msg)).toEqual(app.expected);
  });

  test('after a process that ended by itself nothing is marked', async () => {
    const log = new LogDirectory();
    const sidecar = new Stepwise(log);
    log.log('a');
    await sidecar.end();
    log.log('b');
    await sidecar.end();
    log.remove();
    expect(sidecar.messages).toEqual(['a', 'b']);
    expect(sidecar.text).not.toContain('redelivered');
  });

  test('after a kill a line that a pipe does not take at once comes on a separate line', async () => {
    const log = new LogDirectory();
    const sidecar = new Stepwise(log);
    log.log('x'.repeat(5000));
    await sidecar.idleUntil({ write: 1, when: 'before' });
    await sidecar.end();
    log.remove();
    expect(sidecar.text.startsWith('\n{"level"')).toBe(true);
  });
});
