import { describeStore } from './contract.ts';
import { startSqlite } from './sqlite-harness.ts';

describeStore('SQLite', startSqlite);
