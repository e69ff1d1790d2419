/** Adds one to the visits of person 1 in the SQLite file of argument 1, argument 2 times, by compare and swap. */
import { StaleError, StoreUnavailableError } from '../../src/port.ts';
import { SqliteStore } from '../../src/sqlite/store.ts';
import { changed, idOf, peopleSpec, person } from '../people.ts';

const [path = '', times = '0'] = process.argv.slice(2);
const people = new SqliteStore(path).collection(peopleSpec('people'));
for (let done = 0; done < Number(times);) {
  try {
    const current = (await people.find(idOf(1))) ?? person(1);
    await people.replace(current, changed(current, { visits: current.visits + 1 }));
    done += 1;
  } catch (error) {
    if (!(error instanceof StaleError) && !(error instanceof StoreUnavailableError)) throw error;
  }
}
