/**
 * The table of all claims: for each clause what breaks it, and which blocks and checks notice that. Written by
 * `npm run lessons -- --contents` into lessons/claims.md.
 */
import type { Claim, Commands, Lesson, Step } from './lesson.ts';
import { folderName } from './lesson.ts';
import type { Group } from './path.ts';

export const claimsFile = 'lessons/claims.md';

/** Of a sabotage, whose whole text is in the proof. */
const shownCharacters = 160;

interface Proof {
  readonly step: Step;
  /** None for the block itself. */
  readonly check?: number;
}

/** What proves the claim after its sabotage, in the order in which it runs. */
export function noticedBy(lesson: Lesson, claim: Claim): string[] {
  const { before, afterwards } = claim.sabotage;
  const proves = ({ proves: ids }: Commands): boolean => ids.includes(claim.id);
  const proofs = lesson.steps.flatMap((step): Proof[] => [
    ...(proves(step) && (step.number > before || (step.number === before && !afterwards)) ? [{ step }] : []),
    ...step.checks.flatMap((check, index) =>
      proves(check) && step.number >= before ? [{ step, check: index }] : [],
    ),
  ]);
  return proofs.map(({ step, check }) => {
    const block = `\`${step.name}\``;
    if (check === undefined) return block;
    const name = step.checks[check]?.name;
    return name === undefined ? `check ${check + 1} after ${block}` : `check \`${name}\` after ${block}`;
  });
}

/** Where the sabotage is run and how it begins, on one line. */
function sabotageInWords(lesson: Lesson, { sabotage }: Claim): string {
  const { before, afterwards, script } = sabotage;
  const block = lesson.steps.find(({ number }) => number === before)?.name;
  const text = script
    .replaceAll('\\\n', ' ')
    .split('\n')
    .map((line) => line.trim().split(/\s+/).join(' '))
    .join(' ⏎ ');
  const shown = text.length <= shownCharacters ? text : `${text.slice(0, shownCharacters - 1)}…`;
  return `${afterwards ? 'after' : 'before'} \`${block}\`: ${asCode(shown)}`;
}

const asCode = (text: string): string => (text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``);
/** In a table a bar ends a cell also within code, unless it is escaped. */
const asCell = (text: string): string => text.replaceAll('|', String.raw`\|`).replace(/\s+/g, ' ');

function tableOf(lesson: Lesson, claims: readonly Claim[]): string {
  const rows = claims.map((claim) => [
    claim.says,
    sabotageInWords(lesson, claim),
    noticedBy(lesson, claim).join(', ') || '**nothing**',
    claim.control === undefined ? '' : `\`${claim.control}\``,
  ]);
  return [['Clause', 'Sabotage', 'Noticed by', 'Works otherwise'], ['---', '---', '---', '---'], ...rows]
    .map((row) => `| ${row.map(asCell).join(' | ')} |`)
    .join('\n');
}

function sectionOf(lesson: Lesson): string {
  const { number, title, proves, proof, steps } = lesson;
  const heading = `### ${number}. ${title}`;
  const link = `[Page](${folderName(lesson.file)}/README.md)`;
  const beside = steps.flatMap(({ checks }) => checks.flatMap((check) => check.beside ?? []));
  return [
    heading,
    `${link}, [proof](${folderName(lesson.file)}/proof.yaml): ${proves}.`,
    tableOf(lesson, proof.claims),
    ...(beside.length === 0 ? [] : [`Checked beside, without a sabotage: ${beside.join('; ')}.`]),
  ].join('\n\n');
}

/** The page lessons/claims.md. @param groups the path, which gives the order. */
export function claimsPage(lessons: readonly Lesson[], groups: readonly Group[]): string {
  const known = new Map(lessons.map((lesson) => [lesson.id, lesson]));
  const claims = lessons.flatMap(({ proof }) => proof.claims);
  const sections = groups.map((group) => {
    const own = group.lessons.flatMap((id) => known.get(id) ?? []);
    return `## ${group.title.en}\n\n${own.map(sectionOf).join('\n\n')}`;
  });
  return `# Claims, and what breaks them

Each clause of what a lesson proves, with the sabotage that breaks the system for it, the blocks and checks that notice the
sabotage, and for a clause that says what does not work the one that shows that it works otherwise. ${claims.length} clauses
of ${lessons.length} lessons. \`npm run lessons -- --sabotage\` runs the sabotages, \`npm run lessons -- --contents\` writes this
page from the proofs.

${sections.join('\n\n')}
`;
}
