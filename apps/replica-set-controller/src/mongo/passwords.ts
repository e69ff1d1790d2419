import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Passwords in files of a mounted Secret, one a user. Read again each time: a rotated Secret reaches the files within a
 * minute. `<user>.previous`, if there, is the password before the rotation.
 */
export class Passwords {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** @throws when there is none: a user without a password must not come to be. */
  async current(user: string): Promise<string> {
    const password = (await readFile(join(this.#directory, user), 'utf8')).trim();
    if (password === '') throw new Error(`the password file of ${user} is empty`);
    return password;
  }

  async previous(user: string): Promise<string | undefined> {
    return this.current(`${user}.previous`).catch(() => undefined);
  }
}
