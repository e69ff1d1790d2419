import { z } from 'zod';
import type { Member } from '../mongo/member.ts';

const memberStatus = z
  .object({
    _id: z.number(),
    health: z.number(),
    stateStr: z.string(),
    optimeDate: z.date().optional(),
    self: z.boolean().default(false),
  })
  .transform(({ _id, ...rest }) => ({ ordinal: _id, ...rest }));
export type MemberStatus = z.output<typeof memberStatus>;

/** How every member looks from this one, by its heartbeats. */
export async function readStatus(member: Member): Promise<MemberStatus[]> {
  const { members } = await member.command({ replSetGetStatus: 1 });
  return z.array(memberStatus).parse(members);
}
