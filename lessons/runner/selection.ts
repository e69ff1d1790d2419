/** Which lessons are run. */
import { UsageError } from '../../scripts/support/command-line.ts';
import { folderName, type Claim, type Lesson } from './lesson.ts';

/**
 * Lessons by id, number or name of the page, in the order of the table; all when none is named.
 * @throws {UsageError} that names what is known.
 */
export function selectByName(lessons: readonly Lesson[], names: readonly string[]): Lesson[] {
  if (names.length === 0) return [...lessons];
  const unknown = names.filter((name) => !lessons.some((lesson) => isNamed(lesson, name)));
  if (unknown.length > 0)
    throw new UsageError(
      `There is no lesson ${unknown.join(', ')}. There are: ${lessons.map(({ id }) => id).join(' ')}`,
    );
  return lessons.filter((lesson) => names.some((name) => isNamed(lesson, name)));
}

/** Every third lesson, which third being the commit's: three commits of differing remainder run them all. */
export function selectThird(lessons: readonly Lesson[], commit: string): Lesson[] {
  const turn = Number.parseInt(commit.slice(0, 8), 16) % 3;
  if (Number.isNaN(turn)) throw new UsageError(`"${commit}" is not a commit to choose a third by`);
  return lessons.filter((_lesson, index) => index % 3 === turn);
}

/**
 * How long a lesson takes, in seconds, by its proof. With a sabotage it takes no longer: it ends with the first check that
 * notices it.
 */
export const secondsOf = ({ proof }: Pick<Lesson, 'proof'>, sabotage: boolean): number =>
  proof.seconds * (sabotage ? proof.claims.length : 1);

/**
 * One of N parts that take about as long: the longest lesson goes to the part that has the least until then.
 * @param shard `K/N`, K from 1.
 * @throws {UsageError}
 */
export function selectShard(lessons: readonly Lesson[], shard: string, sabotage: boolean): Lesson[] {
  const [, one, all] = /^(\d{1,3})\/(\d{1,3})$/.exec(shard) ?? [];
  const [part, parts] = [Number(one), Number(all)];
  if (!(part >= 1 && part <= parts))
    throw new UsageError(`--shard is K/N, with K from 1 to N, not "${shard}"`);
  const seconds = new Map(lessons.map((lesson) => [lesson, secondsOf(lesson, sabotage)]));
  const taken = Array.from({ length: parts }, () => 0);
  const own = new Set<Lesson>();
  for (const [lesson, takes] of [...seconds].toSorted(([, a], [, b]) => b - a)) {
    const least = taken.indexOf(Math.min(...taken));
    taken[least] = (taken[least] ?? 0) + takes;
    if (least === part - 1) own.add(lesson);
  }
  return lessons.filter((lesson) => own.has(lesson));
}

export interface LessonRun {
  readonly lesson: Lesson;
  /** What is made untrue in this run. */
  readonly claim?: Claim;
}

/**
 * Each lesson once; with sabotage once for each of its claims.
 * @param options.claim ids of the only claims that are sabotaged; none: all.
 * @throws {UsageError} for a claim that none of the lessons has, or without sabotage.
 */
export function runsOf(
  lessons: readonly Lesson[],
  { sabotage, claim: only }: { readonly sabotage: boolean; readonly claim: readonly string[] },
): LessonRun[] {
  if (!sabotage) {
    if (only.length > 0) throw new UsageError('--claim says what --sabotage makes untrue: it needs that');
    return lessons.map((lesson) => ({ lesson }));
  }
  const known = lessons.flatMap((lesson) => lesson.proof.claims.map(({ id }) => id));
  const unknown = only.filter((id) => !known.includes(id));
  if (unknown.length > 0)
    throw new UsageError(`There is no claim ${unknown.join(', ')}. There are: ${known.join(' ')}`);
  return lessons.flatMap((lesson): LessonRun[] => {
    const chosen = lesson.proof.claims.filter(({ id }) => only.length === 0 || only.includes(id));
    return chosen.map((claim) => ({ lesson, claim }));
  });
}

function isNamed({ id, number, file }: Lesson, name: string): boolean {
  // A path, as a shell completes it.
  const page = name.replace(/\/(?:README(?:\.[a-z]+)?\.md)?$/, '').replace(/^.*\//, '');
  return id === page || page === folderName(file) || (/^\d+$/.test(page) && Number(page) === number);
}
