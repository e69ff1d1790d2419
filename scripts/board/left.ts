/** Undoes what boards, and `npm run chaos`, have broken and, as they were killed, not undone. */
import { ProblemError, type Faults } from '@shop/board';
import type { AllLeft, Left } from '../support/journal.ts';

export type Say = (text: string) => void;

/** One fault after the other, the latest first, while the page shows it. Disposes of `all`. */
export async function undoOnPage(all: readonly AllLeft[], faults: Faults, say: Say): Promise<void> {
  for (const one of all) {
    using own = one;
    sayUnreadable(own, say);
    for (const [fault, parts] of byFault(own.left))
      await faults.undoLeft(fault, () => undoFault(fault, parts, say));
  }
}

/** The same without a page: `npm run board -- --undo`. Disposes of `all`. @returns whether everything is undone. */
export async function undoAll(all: readonly AllLeft[], say: Say): Promise<boolean> {
  let isUndone = true;
  let isNothing = true;
  for (const one of all) {
    using own = one;
    const { left, unreadable, running } = own;
    if (left.length + unreadable.length + running > 0) isNothing = false;
    if (unreadable.length > 0) isUndone = false;
    sayUnreadable(own, say);
    if (running > 0)
      say('A program that still runs has broken something: it undoes that itself when it ends.');
    for (const [fault, parts] of byFault(left))
      await undoFault(fault, parts, say).catch(() => {
        isUndone = false;
      });
  }
  if (isNothing) say('Nothing is left to undo.');
  return isUndone;
}

/** Goes on after a part that fails. @throws with what could not be undone. */
async function undoFault(fault: string, parts: readonly Left[], say: Say): Promise<void> {
  const problems: string[] = [];
  for (const { what, undo } of parts) {
    say(`${fault} was left by a program that was killed. Undoing it: ${what}`);
    try {
      const outcome = await undo();
      if (outcome === 'changed') say(`It stays as it is, as another client has changed it since: ${what}`);
    } catch (error) {
      problems.push(`${what}: ${(error as Error).message}`);
    }
  }
  if (problems.length === 0) return say(`${fault} is undone.`);
  const error = new ProblemError({ code: 'not-undone', parts: problems });
  say(error.message);
  throw error;
}

function byFault(left: readonly Left[]): ReadonlyMap<string, readonly Left[]> {
  return Map.groupBy(left, ({ fault }) => fault);
}

function sayUnreadable({ unreadable }: AllLeft, say: Say): void {
  for (const file of unreadable)
    say(
      `${file} says what was broken, but not in a way that this version knows. Undo it by hand, and remove the file.`,
    );
}
