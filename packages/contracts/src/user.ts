import { z } from 'zod';
import { bookkeeping, entityId, line, pageQuery } from './common.ts';

const emailMessage = 'must be an e-mail address, for example ann@example.com';

/** What a client says of a user: the body of POST and PUT. */
export const userContent = z
  .strictObject({
    name: line(100).meta({ example: 'Ann Archer' }),
    email: z
      .email(emailMessage)
      .max(254, 'must have at most 254 characters')
      .meta({ description: 'Unique, whatever its case', example: 'ann@example.com' }),
  })
  .meta({ id: 'UserContent' });
export type UserContent = z.output<typeof userContent>;

export const user = z
  .strictObject({ id: entityId, ...userContent.shape, ...bookkeeping })
  .meta({ id: 'User', description: 'A seller of the shop' });
export type User = z.output<typeof user>;

export const userQuery = pageQuery;
