/** What is remembered between two commands, in .shop/challenges.json: how many hints were shown, and what is solved. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface Note {
  /** Number of hints shown since the challenge was begun. */
  readonly hints: number;
  /** ISO 8601; of the last time. */
  readonly solvedAt?: string;
}

type Notes = Readonly<Record<string, Note>>;

const fileIn = (root: string): string => join(root, '.shop/challenges.json');

export function readNotes(root: string): Notes {
  try {
    const notes: unknown = JSON.parse(readFileSync(fileIn(root), 'utf8'));
    return typeof notes === 'object' && notes !== null ? (notes as Notes) : {};
  } catch (error) {
    // None yet, or one that was cut off while it was written.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return {};
    throw error;
  }
}

export function writeNote(root: string, id: string, change: Partial<Note>): void {
  const notes = readNotes(root);
  const note = { hints: 0, ...notes[id], ...change };
  mkdirSync(dirname(fileIn(root)), { recursive: true });
  writeFileSync(fileIn(root), `${JSON.stringify({ ...notes, [id]: note }, undefined, 2)}\n`);
}
