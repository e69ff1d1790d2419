import { z } from 'zod';
import type { Member } from '../mongo/member.ts';

const memberStatus = z
  .object({
    _id: z.number(),
    name: z.string(),
    health: z.number(),
    stateStr: z.string(),
    optimeDate: z.date().optional(),
    /** The member it follows; empty while it follows none. */
    syncSourceHost: z.string().default(''),
    self: z.boolean().default(false),
  })
  .transform(({ _id, ...rest }) => ({ ordinal: _id, ...rest }));
export type MemberStatus = z.output<typeof memberStatus>;

/** The state of each member as this one sees it, by heartbeats. */
export async function readStatus(member: Member): Promise<MemberStatus[]> {
  const { members } = await member.command({ replSetGetStatus: 1 });
  return z.array(memberStatus).parse(members);
}

/** A healthy primary or secondary has the data. */
export const holdsData = ({ health, stateStr }: MemberStatus): boolean =>
  health === 1 && (stateStr === 'PRIMARY' || stateStr === 'SECONDARY');

/** By how many milliseconds, with a precision of a second, a member is behind the most advanced one. */
export function behindMs({ optimeDate }: MemberStatus, all: readonly MemberStatus[]): number {
  const latest = Math.max(...all.filter(holdsData).map((one) => one.optimeDate?.getTime() ?? 0));
  return Math.max(0, latest - (optimeDate?.getTime() ?? 0));
}

/** Times are whole seconds, and knowledge about the others is as old as the last heartbeat. */
const KEEPS_UP_MS = 3000;

/**
 * Whether a member acknowledges writes promptly, so that it counts in a majority now. One that has just started may be
 * a secondary for seconds before it follows another member: a majority that needs it would have to wait.
 */
export function keepsUp(one: MemberStatus, all: readonly MemberStatus[]): boolean {
  if (!holdsData(one)) return false;
  if (one.stateStr === 'PRIMARY') return true;
  return one.syncSourceHost !== '' && behindMs(one, all) <= KEEPS_UP_MS;
}
