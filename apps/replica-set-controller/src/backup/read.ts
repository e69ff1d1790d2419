import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { BSON, type Document } from 'mongodb';
import type { z } from 'zod';
import {
  BackupError,
  type CollectionHeader,
  collectionHeader,
  type Header,
  header,
  trailer,
} from './format.ts';

/** The parts of a backup in their order: documents follow the header of their collection. */
export type Entry =
  | { readonly kind: 'header'; readonly header: Header }
  | { readonly kind: 'collection'; readonly collection: CollectionHeader }
  | { readonly kind: 'document'; readonly document: Document };

/**
 * Reads a backup and checks it on the way. An error may be found only at the end, so read all of it once before using
 * it.
 * @throws {BackupError} that says what is wrong.
 */
export async function* readBackup(file: string): AsyncGenerator<Entry> {
  const hash = createHash('sha256');
  let lines = 0;
  let awaited = 0;
  let ended = false;
  for await (const line of textLines(file)) {
    if (ended) throw new BackupError(`${file} goes on after its end`);
    const at = `${file}, line ${lines + 1}`;
    const isDocument = awaited > 0;
    const value = parse(at, line, isDocument);
    if (!isDocument && lines > 0 && isTrailer(value)) {
      check(file, fit(at, trailer, value), lines, hash.digest('hex'));
      ended = true;
      continue;
    }
    hash.update(`${line}\n`);
    lines += 1;
    if (isDocument) {
      awaited -= 1;
      yield { kind: 'document', document: value as Document };
    } else if (lines === 1) {
      yield { kind: 'header', header: fit(at, header, value) };
    } else {
      const collection = fit(at, collectionHeader, value);
      awaited = collection.count;
      yield { kind: 'collection', collection };
    }
  }
  if (!ended) throw new BackupError(`${file} is cut: its last line is missing`);
}

/** Reads all of it. @returns its header and the number of documents. @throws {BackupError} */
export async function verifyBackup(file: string): Promise<Header & { readonly documents: number }> {
  let found: Header | undefined;
  let documents = 0;
  for await (const entry of readBackup(file)) {
    if (entry.kind === 'header') found = entry.header;
    if (entry.kind === 'document') documents += 1;
  }
  if (!found) throw new BackupError(`${file} has no header`);
  return { ...found, documents };
}

async function* textLines(file: string): AsyncGenerator<string> {
  const text = createGunzip().setEncoding('utf8');
  const source = createReadStream(file);
  source.on('error', (error) => text.destroy(error));
  let rest = '';
  try {
    for await (const chunk of source.pipe(text) as AsyncIterable<string>) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } catch (error) {
    throw error instanceof BackupError ? error : unreadable(file, error as NodeJS.ErrnoException);
  } finally {
    source.destroy();
  }
  if (rest !== '') yield rest;
}

function unreadable(file: string, { code, syscall, message }: NodeJS.ErrnoException): BackupError {
  if (syscall !== undefined) return new BackupError(`${file} cannot be read: ${message}`);
  if (code === 'Z_BUF_ERROR') return new BackupError(`${file} is cut`);
  return new BackupError(`${file} is not a backup, or is damaged: ${message}`);
}

function parse(at: string, text: string, isDocument: boolean): unknown {
  try {
    return isDocument ? BSON.EJSON.parse(text, { relaxed: false }) : JSON.parse(text);
  } catch {
    throw new BackupError(`${at}: not JSON; this is not a backup, or it is damaged`);
  }
}

const isTrailer = (value: unknown): boolean => (value as { end?: unknown } | null)?.end === true;

function fit<S extends z.ZodType>(at: string, schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new BackupError(`${at}: this is not a backup that this version can read`);
}

function check(file: string, said: z.output<typeof trailer>, lines: number, sha256: string): void {
  if (said.lines !== lines) throw new BackupError(`${file} is cut: ${lines} lines instead of ${said.lines}`);
  if (said.sha256 !== sha256)
    throw new BackupError(`${file} was changed: its checksum is not that of its content`);
}
