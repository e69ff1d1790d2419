import { createHash } from 'node:crypto';
import type { Logger } from '@shop/logging';
import type { Document } from 'mongodb';
import { codes, hasCode } from './errors.ts';
import { CONTROLLER, type Member } from './member.ts';
import type { Passwords } from './passwords.ts';

/** The only rights that the controller keeps: to read and change the set, and to create users of these databases. */
const ROLE = 'replicaSetController';
/** What the first user needs to create the role and the other users. It is revoked in the last step. */
const BOOTSTRAP_ROLE = 'userAdminAnyDatabase';
/** A database for users of several databases. In `admin`, a user who may change passwords could become any user. */
const SHARED = 'backup';

interface UserSpec {
  readonly user: string;
  readonly database: string;
  readonly roles: readonly { readonly role: string; readonly db: string }[];
}

const on = (databases: readonly string[], role: string) => databases.map((db) => ({ role, db }));

/** Each service may read and write its own database; `backup` may read them all, `restore` may write them. */
function userSpecs(databases: readonly string[]): UserSpec[] {
  return [
    ...databases.map((name) => ({ user: name, database: name, roles: on([name], 'readWrite') })),
    { user: 'backup', database: SHARED, roles: on(databases, 'read') },
    { user: 'restore', database: SHARED, roles: on(databases, 'readWrite') },
  ];
}

const privileges = (databases: readonly string[]) => [
  {
    resource: { cluster: true },
    actions: ['replSetGetConfig', 'replSetGetStatus', 'replSetConfigure', 'replSetStateChange'],
  },
  { resource: { db: 'admin', collection: '' }, actions: ['changeOwnPassword'] },
  ...[...databases, SHARED].map((db) => ({
    resource: { db, collection: '' },
    actions: ['createUser', 'changePassword', 'viewUser', 'grantRole'],
  })),
];

export interface UsersOptions {
  readonly member: Member;
  readonly passwords: Passwords;
  readonly databases: readonly string[];
  readonly logger: Logger;
}

/** Makes the set's users equal to the specification, with the passwords of the files. For the primary only. */
export class Users {
  readonly #options: UsersOptions;
  /** Digests of the passwords that the set is known to accept, so that it is not queried every second. */
  readonly #verified = new Map<string, string>();
  /** Users of databases beyond the controller's rights. Each is reported once. */
  readonly #refused = new Set<string>();

  constructor(options: UsersOptions) {
    this.#options = options;
  }

  /**
   * Creates the first user through the localhost exception, which is closed by that.
   * @throws {MongoServerError} Unauthorized when there are users, but none with the password of the file.
   */
  async createController(): Promise<void> {
    const { member, passwords, logger } = this.#options;
    const pwd = await passwords.current(CONTROLLER);
    await member.bootstrap({ createUser: CONTROLLER, pwd, roles: [BOOTSTRAP_ROLE] });
    logger.info({ user: CONTROLLER }, 'created the first user');
  }

  /** A crash may come after any step: the next call continues from there. */
  async reconcile(): Promise<void> {
    const { member, databases } = this.#options;
    const own = await this.#ownRoles();
    const bootstrapping = own.has(BOOTSTRAP_ROLE);
    if (bootstrapping && !own.has(ROLE)) {
      await tolerate(codes.roleExists, () =>
        member.command({ createRole: ROLE, roles: [], privileges: privileges(databases) }),
      );
      // From here on it has the rights that it keeps.
      await member.command({ grantRolesToUser: CONTROLLER, roles: [ROLE] });
    }
    await this.#rotateOwnPassword();
    for (const spec of userSpecs(databases)) await this.#ensureOrReport(spec);
    if (bootstrapping) {
      await member.command({ revokeRolesFromUser: CONTROLLER, roles: [BOOTSTRAP_ROLE] });
      this.#options.logger.info({ role: ROLE }, 'users are complete; gave up all other rights');
    }
  }

  async #ownRoles(): Promise<ReadonlySet<string>> {
    const { authInfo } = (await this.#options.member.command({ connectionStatus: 1 })) as {
      authInfo: { authenticatedUserRoles: { role: string }[] };
    };
    return new Set(authInfo.authenticatedUserRoles.map(({ role }) => role));
  }

  async #rotateOwnPassword(): Promise<void> {
    const { member, passwords, logger } = this.#options;
    if (!(await member.passwordIsOld())) return;
    await member.command({ updateUser: CONTROLLER, pwd: await passwords.current(CONTROLLER) });
    await member.adoptPassword();
    logger.info({ user: CONTROLLER }, 'changed the password');
  }

  /**
   * If a database was added to an existing set, the controller has no right to its user. It reports this, and the rest
   * continues.
   */
  async #ensureOrReport(spec: UserSpec): Promise<void> {
    try {
      await this.#ensure(spec);
      this.#refused.delete(spec.user);
    } catch (error) {
      if (!hasCode(error, codes.unauthorized)) throw error;
      const { user, database } = spec;
      if (!this.#refused.has(user))
        this.#options.logger.error(
          { user, database },
          'no right to manage this user: the set was formed before its database was in DATABASES. See the README, Users',
        );
      this.#refused.add(user);
    }
  }

  async #ensure({ user, database, roles }: UserSpec): Promise<void> {
    const { member, passwords, logger } = this.#options;
    const pwd = await passwords.current(user);
    const digest = createHash('sha256').update(pwd).digest('hex');
    if (this.#verified.get(user) === digest) return;
    const { users } = (await member.command({ usersInfo: user }, database)) as { users: Document[] };
    if (users.length === 0) {
      await member.command({ createUser: user, pwd, roles }, database);
      logger.info({ user, database }, 'created a user');
    } else if (!(await member.accepts(user, database, pwd))) {
      await member.command({ updateUser: user, pwd }, database);
      logger.info({ user, database }, 'changed the password');
    }
    this.#verified.set(user, digest);
  }
}

async function tolerate(code: number, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!hasCode(error, code)) throw error;
  }
}
