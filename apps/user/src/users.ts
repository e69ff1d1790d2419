import { userContent, type User, type UserContent } from '@shop/contracts';
import { Resource } from '@shop/service';
import type { Store } from '@shop/store';

/** The users of the shop, in the service's own database. */
export class Users extends Resource<User, UserContent> {
  constructor(store: Store) {
    const repository = store.collection<User>({
      name: 'users',
      unique: [{ field: 'email', normalise: (email) => email.toLowerCase() }],
      filters: [],
      text: [],
    });
    super({ repository, name: 'user', content: userContent });
  }
}
