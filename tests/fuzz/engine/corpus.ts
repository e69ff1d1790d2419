import { readdirSync, readFileSync } from 'node:fs';

/** The inputs that a target begins with, in the order of their names. */
export function readCorpus(name: string): ReadonlyMap<string, Buffer> {
  const folder = new URL(`../corpus/${name}/`, import.meta.url);
  const files = readdirSync(folder).sort();
  return new Map(files.map((file) => [file, readFileSync(new URL(file, folder))]));
}
