import type { SQLInputValue } from 'node:sqlite';
import { checkReplacement, checkSpec } from '../derived.ts';
import {
  type CollectionSpec,
  DuplicateError,
  type Entity,
  type ListQuery,
  type Page,
  type Repository,
  StaleError,
} from '../port.ts';
import { plan, type Plan, toPage } from '../query.ts';
import type { Connection } from './connection.ts';
import { isConstraint } from './errors.ts';
import type { DatabaseFile } from './file.ts';
import { encode, filterColumn, Table } from './table.ts';

/** One collection in the file. SQLite itself is synchronous; `async` turns its errors into rejections. */
export class SqliteRepository<T extends Entity> implements Repository<T> {
  readonly table: Table<T>;
  readonly #file: DatabaseFile;

  constructor(file: DatabaseFile, spec: CollectionSpec<T>) {
    checkSpec(spec);
    this.#file = file;
    this.table = new Table(spec);
  }

  async insert(entity: T): Promise<void> {
    this.#write((connection) => {
      this.#orDuplicate(connection, entity, true, () => this.table.insert(connection, entity));
    });
  }

  async find(id: string): Promise<T | undefined> {
    const row = this.#use((connection) =>
      connection.prepare(`SELECT entity FROM ${this.table.rows} WHERE id = ?`).get(id),
    );
    return row && (parse(row) as T);
  }

  async list(query: ListQuery<T>): Promise<Page<T>> {
    const asked = plan(this.table.spec, query);
    const { sql, values } = select(this.table, asked);
    const rows = this.#use((connection) => connection.prepare(sql).all(...values));
    return toPage(
      rows.map((row) => parse(row) as T),
      asked.limit,
    );
  }

  async replace(current: T, next: T): Promise<void> {
    checkReplacement(current, next);
    this.#write((connection) => {
      this.#orDuplicate(connection, next, false, () => {
        if (!this.table.update(connection, current, next)) throw new StaleError(current.id);
      });
    });
  }

  async remove(current: T): Promise<void> {
    this.#write((connection) => {
      if (!this.table.delete(connection, current)) throw new StaleError(current.id);
    });
  }

  #use<R>(work: (connection: Connection) => R): R {
    return this.#file.use([this.table], work);
  }

  #write(work: (connection: Connection) => void): void {
    this.#use((connection) => connection.transaction(() => work(connection)));
  }

  #orDuplicate(connection: Connection, entity: T, isNew: boolean, work: () => void): void {
    try {
      work();
    } catch (error) {
      const field = isConstraint(error) ? this.table.duplicateField(connection, entity, isNew) : undefined;
      throw field === undefined ? error : new DuplicateError(field);
    }
  }
}

function select<T extends Entity>(table: Table<T>, asked: Plan): { sql: string; values: SQLInputValue[] } {
  const conditions = ['id > ?'];
  const values: SQLInputValue[] = [asked.after ?? ''];
  for (const [field, value] of asked.where) {
    conditions.push(`${filterColumn(field)} = ?`);
    values.push(encode(value));
  }
  if (asked.ranges?.length === 0) conditions.push('FALSE');
  for (const { from, to } of asked.ranges ?? []) {
    conditions.push(`id IN (SELECT id FROM ${table.words} WHERE word >= ? AND word < ?)`);
    values.push(from, to);
  }
  const where = conditions.join(' AND ');
  return {
    sql: `SELECT entity FROM ${table.rows} WHERE ${where} ORDER BY id LIMIT ?`,
    values: [...values, asked.limit + 1],
  };
}

function parse(row: Record<string, unknown>): Entity {
  return JSON.parse(String(row['entity'])) as Entity;
}
