import type { Undo } from '../fault.ts';

/** What has to be undone, last first. Each is undone once, also when others fail. */
export class Restorations {
  readonly #undos: { readonly what: string; readonly undo: Undo }[] = [];

  add(what: string, undo: Undo): void {
    this.#undos.push({ what, undo });
  }

  /** @throws an AggregateError that names everything that could not be undone. */
  async run(): Promise<void> {
    const errors: Error[] = [];
    for (let next = this.#undos.pop(); next !== undefined; next = this.#undos.pop()) {
      try {
        await next.undo();
      } catch (error) {
        errors.push(new Error(`${next.what}: ${(error as Error).message}`, { cause: error }));
      }
    }
    if (errors.length === 0) return;
    const list = errors.map(({ message }) => `  - ${message}`).join('\n');
    throw new AggregateError(errors, `Not everything could be undone; put it right by hand:\n${list}`);
  }
}
