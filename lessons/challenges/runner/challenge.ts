/** What a challenge consists of: lessons/challenges/<id>/challenge.yaml. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { SetUpError, UsageError } from '../../../scripts/support/command-line.ts';

export const folder = 'lessons/challenges';

const text = z.strictObject({ en: z.string().min(1), ko: z.string().min(1) });

const observation = {
  /** Shell commands, run at the root of the repository. */
  run: z.string().min(1),
  /** What they print; `…` is any text in a line, alone any lines. Without it only the exit code counts. */
  prints: z.string().optional(),
};

const check = z.strictObject({
  /** What is to be observed. */
  says: text,
  ...observation,
  /** The commands have to end with an exit code other than 0. */
  fails: z.boolean().default(false),
  /** What they print does not change any more. */
  same: z.boolean().default(false),
});
export type Check = z.infer<typeof check>;

const schema = z.strictObject({
  title: text,
  /** Ids of the lessons that explain what is broken. */
  lessons: z.array(z.string()).min(1),
  /** `shop`: the running shop is broken; otherwise all is in the namespace `challenge-<id>`. */
  touches: z.enum(['namespace', 'shop']),
  /** Labels of the namespace. */
  labels: z.array(z.string()).default([]),
  /** All that a learner gets to know at the beginning. */
  symptom: text,
  /** Run after the manifests of start.yaml, where there are some. */
  start: z.string().optional(),
  /** Run before the namespace is deleted. */
  reset: z.string().optional(),
  /** How one sees that the symptom is there. */
  settled: z.strictObject(observation),
  checks: z.array(check).min(1),
  /** Seconds for which all checks have to pass. */
  steady: z.number().positive().default(4),
  /** Seconds for which the judge waits until they do. */
  patience: z.number().positive().default(30),
  hints: z.array(text).min(2),
  solution: z.strictObject({ says: text, run: z.string().min(1) }),
});

export type Challenge = z.infer<typeof schema> & { readonly id: string };

/** @throws {SetUpError} with every problem of the file. */
export function readChallenge(id: string, file: string, source: string): Challenge {
  const document = parseDocument(source);
  const [broken] = document.errors;
  if (broken) throw new SetUpError(`${file}: ${broken.message}`);
  const { success, data, error } = schema.safeParse(document.toJS());
  if (success) return { id, ...data };
  throw new SetUpError(
    error.issues.map(({ path, message }) => `${file}: ${path.join('.')}: ${message}`).join('\n'),
  );
}

/** All challenges, by id. @throws {SetUpError} */
export const readChallenges = (root: string): Challenge[] =>
  readdirSync(join(root, folder))
    .filter((id) => existsSync(join(root, folder, id, 'challenge.yaml')))
    .sort()
    .map((id) => {
      const file = `${folder}/${id}/challenge.yaml`;
      return readChallenge(id, file, readFileSync(join(root, file), 'utf8'));
    });

/** @throws {UsageError} that names those that there are. */
export function findChallenge(challenges: readonly Challenge[], id: string): Challenge {
  const found = challenges.find((challenge) => challenge.id === id);
  if (found) return found;
  throw new UsageError(
    `There is no challenge ${id}. There are: ${challenges.map((challenge) => challenge.id).join(' ')}`,
  );
}

export const namespaceOf = ({ id }: Pick<Challenge, 'id'>): string => `challenge-${id}`;
