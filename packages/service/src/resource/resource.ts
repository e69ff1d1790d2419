import { isDeepStrictEqual } from 'node:util';
import { randomUUIDv7 } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { HttpProblem } from '@shop/http-errors';
import {
  DuplicateError,
  StaleError,
  type Entity,
  type ListQuery,
  type Page,
  type Repository,
} from '@shop/store';
import type { MergePatch } from '@shop/contracts';
import type { z } from 'zod';
import type { Preconditions } from '../http/preconditions.ts';
import { parseContent } from '../http/validation.pipe.ts';
import { mergePatch } from './merge-patch.ts';

export interface ResourceOptions<T extends Entity, C extends object> {
  readonly repository: Repository<T>;
  /** The name as in messages: `user`. */
  readonly name: string;
  /** What a client sends about an entity. */
  readonly content: z.ZodType<C>;
  readonly now?: () => Date;
}

/** How often a write without If-Match is retried when others change the entity meanwhile. */
const maxAttempts = 10;
/**
 * Pause before a retry, milliseconds: doubled each time, more than a second in total. The change that came first is
 * visible to reads only once a majority of members has it.
 */
const pauseMs = (attempt: number): number => Math.min(10 * 2 ** (attempt - 1), 250);

/**
 * The rules of create, read, replace, patch and delete, which are the same for every resource: optimistic concurrency,
 * PUT that can be repeated, PATCH as a merge. Only these methods make ids, versions and times.
 */
export class Resource<T extends Entity & C, C extends object> {
  readonly #options: ResourceOptions<T, C>;

  constructor(options: ResourceOptions<T, C>) {
    this.#options = options;
  }

  list(query: ListQuery<T>): Promise<Page<T>> {
    return this.#options.repository.list(query);
  }

  /** @throws {HttpProblem} 404 */
  async get(id: string): Promise<T> {
    return (await this.#options.repository.find(id)) ?? this.#missing(id);
  }

  /** @throws {DuplicateError} */
  create(content: C): Promise<T> {
    return this.#insert(randomUUIDv7(), content);
  }

  /**
   * Creates or replaces. The same content again changes nothing, not even the version.
   * @throws {HttpProblem} 412; {DuplicateError}; {StaleError} when others keep changing it.
   */
  async put(id: string, content: C, preconditions: Preconditions): Promise<{ entity: T; created: boolean }> {
    return this.#attempt(async () => {
      const current = await this.#options.repository.find(id);
      preconditions.check(current);
      if (current) return { entity: await this.#replace(current, content), created: false };
      return { entity: await this.#insert(id, content), created: true };
    });
  }

  /** @throws {HttpProblem} 404, 412, 422; {DuplicateError}; {StaleError} when others keep changing it. */
  async patch(id: string, patch: MergePatch, preconditions: Preconditions): Promise<T> {
    return this.#attempt(async () => {
      const current = await this.get(id);
      preconditions.check(current);
      return this.#replace(
        current,
        parseContent(this.#options.content, mergePatch(contentOf(current), patch)),
      );
    });
  }

  /** @throws {HttpProblem} 404, 412 */
  async remove(id: string, preconditions: Preconditions): Promise<void> {
    await this.#attempt(async () => {
      const current = await this.get(id);
      preconditions.check(current);
      await this.#options.repository.remove(current);
    });
  }

  async #insert(id: string, content: C): Promise<T> {
    const now = (this.#options.now?.() ?? new Date()).toISOString();
    const entity = { id, ...content, version: 1, createdAt: now, updatedAt: now } as unknown as T;
    await this.#options.repository.insert(entity);
    return entity;
  }

  async #replace(current: T, content: C): Promise<T> {
    if (isDeepStrictEqual(contentOf(current), { ...content })) return current;
    const next = {
      id: current.id,
      ...content,
      version: current.version + 1,
      createdAt: current.createdAt,
      updatedAt: (this.#options.now?.() ?? new Date()).toISOString(),
    } as unknown as T;
    await this.#options.repository.replace(current, next);
    return next;
  }

  /** Reads and writes again after a concurrent change; the preconditions are then checked again. */
  async #attempt<R>(work: () => Promise<R>): Promise<R> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        // Another PUT created it between our read and our insert: the next read will find it.
        const overtaken =
          error instanceof StaleError || (error instanceof DuplicateError && error.field === 'id');
        if (!overtaken || attempt >= maxAttempts) throw error;
        await delay(pauseMs(attempt));
      }
    }
  }

  #missing(id: string): never {
    throw new HttpProblem('not-found', `There is no ${this.#options.name} with the id ${id}.`);
  }
}

/** An entity without what the shop adds to it. */
function contentOf({
  id: _id,
  version: _version,
  createdAt: _createdAt,
  updatedAt: _updatedAt,
  ...content
}: Entity): object {
  return content;
}
