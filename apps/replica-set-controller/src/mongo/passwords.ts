import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Passwords in the files of a mounted Secret, one for each user. Read again each time, because a rotated Secret reaches
 * the files within a minute. `<user>.previous`, if it exists, is the password before the rotation.
 */
export class Passwords {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** @throws when there is none: no user must be created without a password. */
  async current(user: string): Promise<string> {
    const password = (await readFile(join(this.#directory, user), 'utf8')).trim();
    if (password === '') throw new Error(`the password file of ${user} is empty`);
    return password;
  }

  async previous(user: string): Promise<string | undefined> {
    return this.current(`${user}.previous`).catch(() => undefined);
  }
}
