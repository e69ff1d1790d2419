import { z } from 'zod';
import { bookkeeping, entityId, pageQuery } from './common.ts';
import { email } from './email.ts';
import { mergePatchOf } from './merge-patch.ts';
import { line } from './text.ts';

/** What a client sends about a user: the body of POST and PUT. */
export const userContent = z
  .strictObject({
    name: line(100).meta({ example: 'Ann Archer' }),
    email,
  })
  .meta({ id: 'UserContent' });
export type UserContent = z.output<typeof userContent>;

/** The body of PATCH. */
export const userPatch = mergePatchOf(userContent, 'UserPatch');

export const user = z
  .strictObject({ id: entityId, ...userContent.shape, ...bookkeeping })
  .meta({ id: 'User', description: 'A seller of the shop' });
export type User = z.output<typeof user>;

export const userQuery = pageQuery;
