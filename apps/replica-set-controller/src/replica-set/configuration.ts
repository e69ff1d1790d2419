import { z } from 'zod';
import type { Member } from '../mongo/member.ts';

/** A member's `_id` is its pod's ordinal. Other fields are kept as they are. */
const memberConfig = z.looseObject({
  _id: z.number(),
  host: z.string(),
  votes: z.number(),
  priority: z.number(),
});

const configuration = z.looseObject({
  _id: z.string(),
  version: z.number(),
  members: z.array(memberConfig),
  settings: z.looseObject({ replicaSetId: z.unknown(), chainingAllowed: z.boolean().default(true) }),
});

/** https://www.mongodb.com/docs/manual/reference/replica-configuration/ */
export type Configuration = z.output<typeof configuration>;

export const replicaSetIdOf = ({ settings }: Configuration): string => String(settings.replicaSetId);

export const votersOf = ({ members }: Configuration): number[] =>
  members.filter(({ votes }) => votes > 0).map(({ _id }) => _id);

/** The configuration that a member has. It may be newer or older than that of another one. */
export async function readConfiguration(member: Member): Promise<Configuration> {
  const { config } = await member.command({ replSetGetConfig: 1 });
  return configuration.parse(config);
}

/** The primary's configuration, and whether a majority has it, so that no election can undo it. */
export async function readCommitment(
  member: Member,
): Promise<{ readonly config: Configuration; readonly committed: boolean }> {
  const { config, commitmentStatus } = await member.command({ replSetGetConfig: 1, commitmentStatus: true });
  return { config: configuration.parse(config), committed: commitmentStatus === true };
}
