/** Inserts people into the SQLite file of argument 1 from number argument 2 on, and prints each id once acknowledged. */
import { writeSync } from 'node:fs';
import { SqliteStore } from '../../src/sqlite/store.ts';
import { peopleSpec, person } from '../people.ts';

const [path = '', first = '0'] = process.argv.slice(2);
const people = new SqliteStore(path).collection(peopleSpec('people'));
const about = `${Array.from({ length: 100 }, (_, n) => `word${n}`).join(' ')} last`;
for (let n = Number(first); ; n += 1) {
  const one = person(n, { about });
  await people.insert(one);
  writeSync(1, `${one.id}\n`);
}
