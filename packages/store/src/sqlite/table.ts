import type { SQLInputValue } from 'node:sqlite';
import { derive } from '../derived.ts';
import type { CollectionSpec, Entity } from '../port.ts';
import { isScalar, type Scalar } from '../query.ts';
import { TERMS_VERSION } from '../terms.ts';
import type { Connection } from './connection.ts';
import type { Schema } from './file.ts';

/**
 * A collection's two tables: the entities as JSON, with columns for the indexes, and their words. Everything else is
 * derived from the JSON, so a new layout is filled from the old one's rows.
 */
export class Table<T extends Entity> implements Schema {
  readonly spec: CollectionSpec<T>;
  readonly rows: string;
  readonly words: string;
  readonly #columns: readonly string[];

  constructor(spec: CollectionSpec<T>) {
    this.spec = spec;
    this.rows = `"${spec.name}"`;
    this.words = `"_${spec.name}_words"`;
    this.#columns = [
      ...spec.unique.map(({ field }) => uniqueColumn(field)),
      ...spec.filters.map((field) => filterColumn(field)),
    ];
  }

  ensure(connection: Connection): void {
    const { name, unique, filters, text } = this.spec;
    const fields = unique.map(({ field }) => field);
    const layout = JSON.stringify({ unique: fields, filters, text, terms: TERMS_VERSION });
    connection.transaction(() => {
      const found = connection.prepare('SELECT layout FROM _layouts WHERE name = ?').get(name)?.['layout'];
      if (found === layout) return;
      if (found === undefined) this.#create(connection);
      else this.#rebuild(connection);
      connection.prepare('INSERT OR REPLACE INTO _layouts (name, layout) VALUES (?, ?)').run(name, layout);
    });
  }

  /** Call it in a transaction. @throws SQLite's constraint error for a value that another entity has. */
  insert(connection: Connection, entity: T): void {
    const { columns, values, terms } = this.#row(entity);
    const places = columns.map(() => '?').join(', ');
    connection.prepare(`INSERT INTO ${this.rows} (${columns.join(', ')}) VALUES (${places})`).run(...values);
    this.#insertWords(connection, entity.id, terms);
  }

  /** Call it in a transaction. @returns whether `current` was still stored. */
  update(connection: Connection, current: T, next: T): boolean {
    const { columns, values, terms } = this.#row(next);
    const set = columns.map((column) => `${column} = ?`).join(', ');
    const { changes } = connection
      .prepare(`UPDATE ${this.rows} SET ${set} WHERE id = ? AND version = ? AND created_at = ?`)
      .run(...values, current.id, current.version, current.createdAt);
    if (changes === 0) return false;
    connection.prepare(`DELETE FROM ${this.words} WHERE id = ?`).run(current.id);
    this.#insertWords(connection, next.id, terms);
    return true;
  }

  /** Call it in a transaction. @returns whether `current` was still stored. */
  delete(connection: Connection, current: T): boolean {
    const { changes } = connection
      .prepare(`DELETE FROM ${this.rows} WHERE id = ? AND version = ? AND created_at = ?`)
      .run(current.id, current.version, current.createdAt);
    if (changes === 0) return false;
    connection.prepare(`DELETE FROM ${this.words} WHERE id = ?`).run(current.id);
    return true;
  }

  /** The field in which `entity` equals another one, the id first: SQLite names any one of several. */
  duplicateField(connection: Connection, entity: T, isNew: boolean): string | undefined {
    const byId = `SELECT 1 FROM ${this.rows} WHERE id = ?`;
    if (isNew && connection.prepare(byId).get(entity.id)) return 'id';
    return Object.entries(derive(this.spec, entity).unique).find(([field, value]) =>
      connection
        .prepare(`SELECT 1 FROM ${this.rows} WHERE ${uniqueColumn(field)} = ? AND id <> ?`)
        .get(value, entity.id),
    )?.[0];
  }

  #row(entity: T): { columns: string[]; values: SQLInputValue[]; terms: readonly string[] } {
    const { unique, terms } = derive(this.spec, entity);
    const derived = [
      ...this.spec.unique.map(({ field }) => unique[field] ?? null),
      ...this.spec.filters.map((field) => {
        const value: unknown = entity[field];
        return isScalar(value) ? encode(value) : null;
      }),
    ];
    const columns = ['id', 'version', 'created_at', 'entity', ...this.#columns];
    const values = [entity.id, entity.version, entity.createdAt, JSON.stringify(entity), ...derived];
    return { columns, values, terms };
  }

  #insertWords(connection: Connection, id: string, terms: readonly string[]): void {
    const insert = connection.prepare(`INSERT INTO ${this.words} (word, id) VALUES (?, ?)`);
    for (const term of terms) insert.run(term, id);
  }

  #create(connection: Connection): void {
    const { name, unique, filters } = this.spec;
    const columns = this.#columns.map((column) => `, ${column} TEXT`).join('');
    connection.exec(`
      CREATE TABLE ${this.rows} (id TEXT PRIMARY KEY NOT NULL, version INTEGER NOT NULL, created_at TEXT NOT NULL,
        entity TEXT NOT NULL${columns}) STRICT;
      CREATE TABLE ${this.words} (word TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (word, id)) STRICT, WITHOUT ROWID;
      CREATE INDEX "_${name}_words_id" ON ${this.words} (id);`);
    for (const { field } of unique) {
      connection.exec(
        `CREATE UNIQUE INDEX "_${name}_unique_${field}" ON ${this.rows} (${uniqueColumn(field)})`,
      );
    }
    for (const field of filters) {
      connection.exec(`CREATE INDEX "_${name}_filter_${field}" ON ${this.rows} (${filterColumn(field)}, id)`);
    }
  }

  #rebuild(connection: Connection): void {
    const entities = connection.prepare(`SELECT entity FROM ${this.rows}`).all();
    connection.exec(`DROP TABLE ${this.rows}; DROP TABLE ${this.words}`);
    this.#create(connection);
    for (const { entity } of entities) this.insert(connection, JSON.parse(String(entity)) as T);
  }
}

export function filterColumn(field: string): string {
  return `"filter_${field}"`;
}

/** In JSON 1 and "1" stay different, and so do null and absence, with every affinity of a column. */
export function encode(value: Scalar): string {
  return JSON.stringify(value);
}

function uniqueColumn(field: string): string {
  return `"unique_${field}"`;
}
